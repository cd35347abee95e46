import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyProgram } from './program-copy.ts';

let folder: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ftpd-program-')));
  write('root/apps/daemon/package.json', '{ "type": "module", "dependencies": { "@x/part": "^1.0.0" } }');
  write('root/apps/daemon/dist/main.js', `import { word } from '@x/part'; console.log(word);`);
  write('root/apps/daemon/src/main.ts', '');
  write('root/packages/part/package.json', '{ "main": "dist/index.cjs", "dependencies": { "third": "1" } }');
  write('root/packages/part/dist/index.cjs', `exports.word = require('third');`);
  write('root/packages/part/src/index.ts', '');
  write('root/node_modules/third/package.json', '{ "main": "src/index.js" }');
  write('root/node_modules/third/src/index.js', `module.exports = 'hello';`);
  mkdirSync(join(folder, 'root/node_modules/@x'));
  symlinkSync('../../packages/part', join(folder, 'root/node_modules/@x/part'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('copyProgram', () => {
  it('leaves out what is optional and not installed, and nothing else', () => {
    const copy = join(folder, 'copy');
    write('root/node_modules/third/package.json', '{ "optionalDependencies": { "third-for-mars": "1" } }');
    copyProgram(join(folder, 'root'), 'apps/daemon', process.execPath, copy);
    expect(readdirSync(join(copy, 'node_modules')).sort()).toEqual(['.bin', '@x', 'third']);
    write('root/node_modules/third/package.json', '{ "dependencies": { "fourth": "1" } }');
    expect(() => copyProgram(join(folder, 'root'), 'apps/daemon', process.execPath, copy)).toThrow(/fourth/);
  });

  it('makes a copy that runs when the original is gone, and again over an old one', () => {
    const copy = join(folder, 'copy');
    write('copy/dist/old.js', '');
    copyProgram(join(folder, 'root'), 'apps/daemon', process.execPath, copy);
    rmSync(join(folder, 'root'), { recursive: true });
    const node = join(copy, 'node_modules/.bin/node');
    expect(execFileSync(node, [join(copy, 'dist/main.js')], { encoding: 'utf8' })).toBe('hello\n');
    expect(readdirSync(copy).sort()).toEqual(['dist', 'node_modules', 'package.json']);
    expect(readdirSync(join(copy, 'dist'))).toEqual(['main.js']);
    expect(readdirSync(join(copy, 'node_modules/@x/part')).sort()).toEqual(['dist', 'package.json']);
  });
});

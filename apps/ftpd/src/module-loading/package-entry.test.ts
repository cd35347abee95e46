import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageEntry } from './package-entry.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder('entry-');
});

afterEach(() => removeFolder(folder));

function entryOf(description: object): string {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(description));
  return packageEntry(folder).slice(folder.length + 1);
}

describe('the file that stands for a package', () => {
  it.each([
    [{}, 'index.js'],
    [{ main: './lib/main.js' }, 'lib/main.js'],
    [{ exports: './a.js', main: './b.js' }, 'a.js'],
    [{ exports: { import: './a.mjs', require: './a.cjs' } }, 'a.mjs'],
    [{ exports: { '.': './a.js', './other': './b.js' } }, 'a.js'],
    [
      {
        exports: {
          '.': { types: './a.d.ts', require: './a.cjs', import: { types: './a.d.ts', default: './a.js' } },
        },
      },
      'a.js',
    ],
    [{ exports: { '.': { browser: './b.js', default: './d.js' } } }, 'd.js'],
    [{ exports: { '.': ['./first.js', './second.js'] } }, 'first.js'],
  ])('%j', (description, entry) => {
    expect(entryOf(description)).toBe(entry);
  });

  it.each([
    { exports: {} },
    { exports: { './other': './b.js' } },
    { exports: { '.': { require: './a.cjs' } } },
  ])('is nothing where nothing can be imported: %j', (description) => {
    expect(() => entryOf(description)).toThrow('exports nothing that can be imported');
  });

  it.each([{ exports: '../other/index.js' }, { main: '../../etc/x.js' }])(
    'stays in the package: %j',
    (description) => {
      expect(() => entryOf(description)).toThrow('leads out of the package');
    },
  );
});

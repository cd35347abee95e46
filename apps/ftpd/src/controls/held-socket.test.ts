import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { removeFolder, runProgram, servingIdentity, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHeldSocket, type HeldSocket } from './held-socket.ts';
import { createOwnSocket } from './own-socket.ts';
import type { SocketPlan } from './socket-plan.ts';

let folder: string;
let path: string;
let held: HeldSocket<Server>;
let told: string[];
let others: Server[];

beforeEach(() => {
  folder = temporaryFolder('held-');
  path = join(folder, 'run', 'socket');
  told = [];
  others = [];
  held = createOwnSocket((_, text) => void told.push(text));
});
afterEach(() => {
  held.close();
  for (const server of others) server.close();
  removeFolder(folder);
});

const mode = (of: string): string => (statSync(of).mode & 0o777).toString(8);

async function take(plan: SocketPlan | undefined, isTaken = true): Promise<void> {
  (await held.prepare(plan)).settle(isTaken);
}

/** Whether somebody answers there. */
function isOpen(at: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: at });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function otherListensOn(at: string): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  others.push(server);
  await new Promise<void>((resolve) => server.listen({ path: at }, resolve));
}

describe('the control socket of a daemon', () => {
  it('is for its owner alone, in a folder that is, too', async () => {
    await take({ path, isForOthers: false });
    expect(mode(path)).toBe('600');
    expect(mode(join(folder, 'run'))).toBe('700');
    expect(await isOpen(path)).toBe(true);
  });

  it('is for all where lines decide, whatever the umask', async () => {
    const before = process.umask(0o077);
    await take({ path, isForOthers: true });
    expect(process.umask(before)).toBe(0o077);
    expect(mode(path)).toBe('666');
  });

  it.runIf(servingIdentity().isRoot)('gets an owner', async () => {
    await take({ path, isForOthers: false, owner: { uid: 4711, gid: 4712 } });
    expect(lstatSync(path)).toMatchObject({ uid: 4711, gid: 4712 });
  });

  it('leaves a folder as it is', async () => {
    mkdirSync(join(folder, 'run'));
    chmodSync(join(folder, 'run'), 0o750);
    await take({ path, isForOthers: true });
    expect(mode(join(folder, 'run'))).toBe('750');
  });

  it('is gone at the end', async () => {
    await take({ path, isForOthers: false });
    held.close();
    expect(existsSync(path)).toBe(false);
  });

  it('takes the place of one that a daemon left behind', async () => {
    mkdirSync(join(folder, 'run'));
    const { code } = await runProgram('python3', [
      '-c',
      'import socket,sys;s=socket.socket(socket.AF_UNIX);s.bind(sys.argv[1]);s.listen()',
      path,
    ]);
    expect(code).toBe(0);
    expect(lstatSync(path).isSocket()).toBe(true);
    await take({ path, isForOthers: false });
    expect(told).toEqual([]);
    expect(await isOpen(path)).toBe(true);
  });

  it('leaves that of another daemon, and says so', async () => {
    mkdirSync(join(folder, 'run'));
    await otherListensOn(path);
    await take({ path, isForOthers: false });
    expect(told).toEqual([
      expect.stringContaining(`another process listens on the control socket '${path}'`),
    ]);
    held.close();
    expect(await isOpen(path)).toBe(true);
  });

  it.each(['a file', 'a folder', 'a link', 'a link to nowhere'])(
    'never takes the place of %s',
    async (kind) => {
      mkdirSync(join(folder, 'run'));
      const target = join(folder, 'target');
      if (kind === 'a file') writeFileSync(path, 'text');
      if (kind === 'a folder') mkdirSync(path);
      if (kind === 'a link') {
        await otherListensOn(target);
        symlinkSync(target, path);
      }
      if (kind === 'a link to nowhere') symlinkSync(target, path);
      const before = lstatSync(path).ino;
      await take({ path, isForOthers: false });
      expect(told).toEqual([expect.stringContaining('is a file and no socket')]);
      held.close();
      expect(lstatSync(path).ino).toBe(before);
    },
  );

  it.each([
    ['there is no such folder', '/nowhere/at/all', 'No such file or directory'],
    ['a file is in its way', '/dev/null/socket', 'Not a directory'],
    ['its path is too long', `/tmp/${'x'.repeat(110)}`, 'longer than 107 bytes'],
  ])('says that %s, and the daemon does without', async (_, at, reason) => {
    const prepared = await held.prepare({ path: at, isForOthers: false });
    prepared.settle(true);
    expect(prepared.listening).toBeUndefined();
    expect(held.file).toBeUndefined();
    expect(told).toEqual([expect.stringContaining(reason)]);
  });
});

describe('with another configuration', () => {
  it('the same socket stays', async () => {
    await take({ path, isForOthers: false });
    const { ino } = lstatSync(path);
    await take({ path, isForOthers: false });
    expect(lstatSync(path).ino).toBe(ino);
  });

  it('one that somebody removed is made again', async () => {
    await take({ path, isForOthers: false });
    unlinkSync(path);
    await take({ path, isForOthers: false });
    expect(await isOpen(path)).toBe(true);
  });

  it('one that somebody replaced is left alone', async () => {
    await take({ path, isForOthers: false });
    unlinkSync(path);
    writeFileSync(path, 'text');
    await take({ path, isForOthers: false });
    held.close();
    expect(readFileSync(path, 'utf8')).toBe('text');
  });

  it('another mode comes without a gap', async () => {
    await take({ path, isForOthers: false });
    const prepared = await held.prepare({ path, isForOthers: true });
    expect(mode(path)).toBe('600');
    prepared.settle(true);
    expect(mode(path)).toBe('666');
    expect(await isOpen(path)).toBe(true);
    held.close();
    expect(existsSync(path)).toBe(false);
  });

  it('another path is taken, and the one before removed', async () => {
    await take({ path, isForOthers: false });
    const next = join(folder, 'next');
    await take({ path: next, isForOthers: false });
    expect(await isOpen(next)).toBe(true);
    expect(existsSync(path)).toBe(false);
    await take(undefined);
    expect(existsSync(next)).toBe(false);
  });

  it('that is not taken, all is as before', async () => {
    await take({ path, isForOthers: false });
    for (const plan of [
      { path, isForOthers: true },
      { path: join(folder, 'next'), isForOthers: false },
      undefined,
    ]) {
      await take(plan, false);
      expect(await isOpen(path)).toBe(true);
      expect(mode(path)).toBe('600');
    }
    expect(existsSync(join(folder, 'next'))).toBe(false);
    held.close();
    expect(existsSync(path)).toBe(false);
  });

  it('whose socket can not be made, the one before is left', async () => {
    await take({ path, isForOthers: false });
    await take({ path: '/nowhere/at/all', isForOthers: false });
    expect(existsSync(path)).toBe(false);
    expect(held.file).toBeUndefined();
  });
});

it('a descriptor is kept as well as a server', async () => {
  const left: number[] = [];
  const descriptors = createHeldSocket<number>({
    listen: (at) => {
      writeFileSync(at, '');
      return 7;
    },
    leave: (descriptor) => left.push(descriptor),
    log: () => undefined,
  });
  const prepared = await descriptors.prepare({ path: join(folder, 'x'), isForOthers: false });
  expect(prepared.listening).toBe(7);
  prepared.settle(false);
  expect(left).toEqual([7]);
});

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { isStorageError, virtualPath, type Storage, type StorageView } from '@ftpd/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalStorage } from './index.ts';

const identity = { user: 'me', uid: 1000, gid: 1000, groups: [] };
const at = virtualPath;

let top: string;
let storage: Storage;

beforeEach(() => {
  top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
  for (const folder of ['jail/swap', 'outside']) fs.mkdirSync(`${top}/${folder}`, { recursive: true });
  for (const [folder, content] of Object.entries({ 'jail/swap': 'inside', outside: 'OUTSIDE' })) {
    fs.writeFileSync(`${top}/${folder}/prey`, content);
  }
  fs.symlinkSync(`${top}/outside`, `${top}/jail/link`);
  fs.writeFileSync(`${top}/jail/file`, 'inside');
  fs.symlinkSync(`${top}/outside/prey`, `${top}/jail/filelink`);
});

afterEach(async () => {
  await storage.close();
  fs.rmSync(top, { recursive: true, force: true });
});

/** Another thread that puts a symlink to the outside in the place of a name and takes it back, all the time. */
async function whileSwapping(name: string, link: string, use: () => Promise<void>): Promise<void> {
  const code = `
    const fs = require('node:fs');
    const { parentPort, workerData: { name, link, flag } } = require('node:worker_threads');
    parentPort.postMessage('started');
    while (Atomics.load(flag, 0) === 0) {
      fs.renameSync(name, name + '.kept');
      fs.renameSync(link, name);
      fs.renameSync(name, link);
      fs.renameSync(name + '.kept', name);
    }
  `;
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(code, { eval: true, workerData: { name, link, flag } });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('exit', () => resolve());
    worker.once('error', reject);
  });
  await new Promise((resolve) => worker.once('message', resolve));
  try {
    await use();
  } finally {
    Atomics.store(flag, 0, 1);
    await ended;
  }
}

/** Does something again and again for a while; refusals are as good as results. */
async function attempt<T>(operation: () => Promise<T>, see: (result: T) => void): Promise<void> {
  const until = performance.now() + 150;
  while (performance.now() < until) {
    try {
      see(await operation());
    } catch (error) {
      if (!isStorageError(error)) throw error;
    }
  }
}

async function content(view: StorageView, name: string): Promise<string> {
  const file = await view.openRead(at(name));
  const buffer = Buffer.alloc(16);
  const count = await file.read(buffer, 0);
  await file.close();
  return buffer.toString('utf8', 0, count);
}

async function rewrite(view: StorageView, name: string, disposition: 'resume' | 'replace'): Promise<void> {
  const file = await view.openWrite(at(name), { disposition, mode: 0o644 });
  await file.write(Buffer.from('inside'), 0);
  await file.close();
}

const outside = (): Record<string, string> =>
  Object.fromEntries(
    fs.readdirSync(`${top}/outside`).map((name) => [name, fs.readFileSync(`${top}/outside/${name}`, 'utf8')]),
  );

describe.each(['descriptors', 'paths'] as const)('a view confined by %s', (confinement) => {
  it('reads and rewrites no byte outside while a folder is swapped for a symlink', async () => {
    storage = createLocalStorage({ confinement });
    const view = await storage.enter({ root: `${top}/jail`, identity });
    const seen = new Set<string>();
    await whileSwapping(`${top}/jail/swap`, `${top}/jail/link`, async () => {
      await attempt(
        () => content(view, '/swap/prey'),
        (text) => seen.add(text),
      );
      await attempt(
        () => rewrite(view, '/swap/prey', 'replace'),
        () => {},
      );
    });
    expect([...seen]).toEqual(['inside']);
    expect(outside()).toMatchObject({ prey: 'OUTSIDE' });
  });

  it('reads and rewrites no byte outside while a file is swapped for a symlink', async () => {
    storage = createLocalStorage({ confinement });
    const view = await storage.enter({ root: `${top}/jail`, identity });
    const seen = new Set<string>();
    await whileSwapping(`${top}/jail/file`, `${top}/jail/filelink`, async () => {
      await attempt(
        () => content(view, '/file'),
        (text) => seen.add(text),
      );
      await attempt(
        () => rewrite(view, '/file', 'resume'),
        () => {},
      );
    });
    expect([...seen]).toEqual(['inside']);
    expect(outside()).toEqual({ prey: 'OUTSIDE' });
  });
});

describe('a view confined by descriptors', () => {
  it('changes, makes and shows nothing outside while a folder is swapped for a symlink', async () => {
    storage = createLocalStorage({ confinement: 'descriptors' });
    const view = await storage.enter({ root: `${top}/jail`, identity });
    fs.writeFileSync(`${top}/outside/only-outside`, 'OUTSIDE');
    const before = fs.statSync(`${top}/outside/prey`);
    const names = new Set<string>();
    const sizes = new Set<number>();
    await whileSwapping(`${top}/jail/swap`, `${top}/jail/link`, async () => {
      await attempt(
        async () => {
          for await (const batch of view.list(at('/swap'))) for (const { name } of batch) names.add(name);
        },
        () => {},
      );
      await attempt(
        () => view.stat(at('/swap/prey')),
        ({ sizeBytes }) => sizes.add(sizeBytes),
      );
      await attempt(
        () => view.remove(at('/swap/only-outside')),
        () => expect.fail('removed a file from outside'),
      );
      await attempt(
        () => view.rename(at('/swap/only-outside'), at('/stolen')),
        () => expect.fail('moved a file in'),
      );
      await attempt(
        () => view.setMode(at('/swap/prey'), 0o600),
        () => {},
      );
      await attempt(
        () => view.setTimes(at('/swap/prey'), { modifiedMs: 0 }),
        () => {},
      );
      await attempt(
        () =>
          view
            .makeDirectory(at('/swap/made'), { mode: 0o755 })
            .then(() => view.removeDirectory(at('/swap/made'))),
        () => {},
      );
      await attempt(
        () => view.makeSymlink('x', at('/swap/sym')).then(() => view.remove(at('/swap/sym'))),
        () => {},
      );
      await attempt(
        () => rewrite(view, '/swap/new', 'replace').then(() => view.remove(at('/swap/new'))),
        () => {},
      );
    });
    expect([...names].filter((name) => name === 'only-outside')).toEqual([]);
    expect([...sizes]).toEqual(['inside'.length]);
    expect(outside()).toEqual({ prey: 'OUTSIDE', 'only-outside': 'OUTSIDE' });
    const after = fs.statSync(`${top}/outside/prey`);
    expect([after.mode, after.mtimeMs, after.ctimeMs]).toEqual([before.mode, before.mtimeMs, before.ctimeMs]);
  });

  it('is the choice where nothing else is said', async () => {
    storage = createLocalStorage();
    const idle = fs.readdirSync('/proc/self/fd').length;
    await storage.enter({ root: `${top}/jail`, identity });
    expect(fs.readdirSync('/proc/self/fd').length).toBe(idle + 1);
  });

  it('stays in its folder when that is renamed and another takes its name', async () => {
    storage = createLocalStorage({ confinement: 'descriptors' });
    const view = await storage.enter({ root: `${top}/jail`, identity });
    fs.renameSync(`${top}/jail`, `${top}/moved`);
    fs.symlinkSync('outside', `${top}/jail`);
    expect(await content(view, '/swap/prey')).toBe('inside');
  });
});

describe('a view', () => {
  it('opens no FIFO, socket or device, and does not wait for one', async () => {
    storage = createLocalStorage();
    execFileSync('mkfifo', [`${top}/jail/fifo`]);
    const view = await storage.enter({ root: `${top}/jail`, identity });
    const system = await storage.enter({ root: '/', identity });
    const refused = { code: 'STORAGE_DENIED', message: 'Not a regular file' };
    await expect(view.openRead(at('/fifo'))).rejects.toMatchObject(refused);
    await expect(view.openWrite(at('/fifo'), { disposition: 'replace', mode: 0o644 })).rejects.toMatchObject(
      refused,
    );
    await expect(system.openRead(at('/dev/null'))).rejects.toMatchObject(refused);
    await expect(
      system.openWrite(at('/dev/null'), { disposition: 'append', mode: 0o644 }),
    ).rejects.toMatchObject(refused);
    expect((await view.stat(at('/fifo'))).kind).toBe('other');
  });

  it('is entered through symlinks of the administrator’s', async () => {
    storage = createLocalStorage();
    fs.symlinkSync('jail', `${top}/home`);
    const view = await storage.enter({ root: `${top}/home`, identity });
    expect(await content(view, '/swap/prey')).toBe('inside');
  });

  it('is not entered at a name that is not absolute', async () => {
    storage = createLocalStorage();
    for (const root of ['', 'tmp', './tmp', '/tmp\0'])
      await expect(storage.enter({ root, identity })).rejects.toMatchObject({ code: 'STORAGE_BAD_NAME' });
  });
});

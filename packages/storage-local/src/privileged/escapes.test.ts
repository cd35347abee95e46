import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isStorageError, virtualPath, type StorageView } from '@ftpd/storage';
import { startSwapper } from '@ftpd/test-services';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPool, storageOnPool } from './privileged-storage.ts';
import type { WorkerPool } from './worker-pool.ts';

const identity = { user: 'ann', uid: 51_001, gid: 51_001, groups: [] };
const at = virtualPath;
const manyTries = 10_000;
const fewTries = 2000;
const atOnce = 50;

let pool: WorkerPool;
let top: string;
let view: StorageView;

beforeAll(async () => {
  pool = await startPool({});
});
afterAll(() => pool.close());

/** Everything, inside and outside, belongs to the user: only the root keeps the session in. */
beforeEach(async () => {
  top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
  fs.chmodSync(top, 0o755);
  for (const folder of ['jail/swap', 'outside/folder']) fs.mkdirSync(`${top}/${folder}`, { recursive: true });
  for (const file of ['jail/swap/prey', 'jail/file', 'outside/prey', 'outside/only-outside'])
    fs.writeFileSync(`${top}/${file}`, file.startsWith('jail') ? 'inside' : 'OUTSIDE');
  fs.symlinkSync(`${top}/outside`, `${top}/jail/link`);
  fs.symlinkSync(`${top}/outside/prey`, `${top}/jail/filelink`);
  for (const name of fs.readdirSync(top, { recursive: true, encoding: 'utf8' }))
    fs.lchownSync(`${top}/${name}`, identity.uid, identity.gid);
  view = await storageOnPool(pool, {}).enter({ root: `${top}/jail`, identity });
});

afterEach(async () => {
  await view.close();
  fs.rmSync(top, { recursive: true, force: true });
});

function outside(): unknown {
  return ['.', ...fs.readdirSync(`${top}/outside`)].map((name) => {
    const { mode, uid, gid, size, mtimeNs, ctimeNs } = fs.statSync(`${top}/outside/${name}`, {
      bigint: true,
    });
    return { name, mode, uid, gid, size, mtimeNs, ctimeNs };
  });
}

async function content(name: string): Promise<string> {
  const file = await view.openRead(at(name));
  try {
    const buffer = Buffer.alloc(16);
    return buffer.toString('utf8', 0, await file.read(buffer, 0));
  } finally {
    await file.close();
  }
}

async function rewrite(name: string, disposition: 'resume' | 'replace'): Promise<void> {
  const file = await view.openWrite(at(name), { disposition, mode: 0o644 });
  try {
    await file.write(Buffer.from('inside'), 0);
  } finally {
    await file.close();
  }
}

async function names(name: string): Promise<string> {
  const found: string[] = [];
  for await (const batch of view.list(at(name))) found.push(...batch.map((entry) => entry.name));
  return found.includes('only-outside') ? 'OUTSIDE' : 'inside';
}

const mayFail = (operation: Promise<unknown>): Promise<unknown> =>
  operation.catch((error: unknown) => {
    if (!isStorageError(error)) throw error;
  });

/** Those that change something are tried more often. */
const changes: ReadonlySet<string> = new Set([
  'replacing',
  'making a file',
  'removing',
  'renaming out',
  'renaming in',
  'making a folder',
  'setting a mode',
  'setting times',
]);

/** What is tried; the answer tells what was seen. The names are those of a folder that is swapped. */
const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
  reading: () => content('/swap/prey'),
  rewriting: () => rewrite('/swap/prey', 'resume'),
  replacing: () => rewrite('/swap/prey', 'replace'),
  'making a file': () => rewrite('/swap/made', 'replace').then(() => view.remove(at('/swap/made'))),
  removing: () => view.remove(at('/swap/only-outside')).then(() => 'OUTSIDE'),
  'removing a folder': () => view.removeDirectory(at('/swap/folder')).then(() => 'OUTSIDE'),
  'renaming out': () => view.rename(at('/swap/only-outside'), at('/stolen')).then(() => 'OUTSIDE'),
  'renaming in': async () => {
    await mayFail(view.rename(at('/file'), at('/swap/dropped')));
    await view.rename(at('/swap/dropped'), at('/file'));
  },
  'making a folder': async () => {
    await mayFail(view.makeDirectory(at('/swap/new'), { mode: 0o755 }));
    await view.removeDirectory(at('/swap/new'));
  },
  'making a symlink': () => view.makeSymlink('x', at('/swap/sym')).then(() => view.remove(at('/swap/sym'))),
  'setting a mode': () => view.setMode(at('/swap/prey'), 0o600),
  'setting times': () => view.setTimes(at('/swap/prey'), { modifiedMs: 0 }),
  'setting a group': () => view.setGroup(at('/swap/prey'), identity.gid),
  looking: async () => ((await view.stat(at('/swap/prey'))).sizeBytes === 6 ? 'inside' : 'OUTSIDE'),
  listing: () => names('/swap'),
  // Where it was when it was found, or where it had been put by then.
  resolving: async () =>
    /^\/swap(?:\.kept)?\/prey$/.test(await view.resolve(at('/swap/prey'))) ? 'inside' : 'OUTSIDE',
};

async function attempt(
  operation: () => Promise<unknown>,
  tries: number,
): Promise<{ seen: Set<unknown>; codes: Set<string> }> {
  const seen = new Set<unknown>();
  const codes = new Set<string>();
  for (let done = 0; done < tries; done += atOnce) {
    const results = await Promise.allSettled(Array.from({ length: atOnce }, operation));
    for (const result of results) {
      if (result.status === 'fulfilled') seen.add(result.value);
      else if (isStorageError(result.reason)) codes.add(result.reason.code);
      else throw result.reason;
    }
  }
  return { seen, codes };
}

describe('while another process swaps a folder for a symlink to the outside', () => {
  it.each(Object.keys(attempts))(
    '%s touches nothing outside, however often it is tried',
    { timeout: 120_000 },
    async (name) => {
      const before = outside();
      const stop = await startSwapper(`${top}/jail/swap`, `${top}/jail/link`);
      const { seen, codes } = await attempt(attempts[name]!, changes.has(name) ? manyTries : fewTries);
      await stop();
      expect([...seen]).not.toContain('OUTSIDE');
      expect(outside()).toEqual(before);
      // The swap was met.
      expect([...codes]).toContain('STORAGE_NOT_FOUND');
    },
  );
});

describe('while another process swaps a file for a symlink to the outside', () => {
  it.each(['resume', 'replace'] as const)(
    'writing (%s) and reading touch nothing outside',
    { timeout: 120_000 },
    async (disposition) => {
      const before = outside();
      const stop = await startSwapper(`${top}/jail/file`, `${top}/jail/filelink`);
      const { seen } = await attempt(async () => {
        await mayFail(rewrite('/file', disposition));
        return content('/file');
      }, fewTries);
      await stop();
      expect([...seen].filter((text) => text !== 'inside' && text !== '')).toEqual([]);
      expect(outside()).toEqual(before);
    },
  );
});

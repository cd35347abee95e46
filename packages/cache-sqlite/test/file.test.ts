import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Cache } from '@ftpd/cache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDriver, createSqliteCache } from '../src/index.ts';

const key = Buffer.from('key');
const value = Buffer.from('value');

let folder: string;
let path: string;
const opened: Cache[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-sqlite-'));
  path = join(folder, 'cache.db');
});
afterEach(async () => {
  for (const cache of opened.splice(0)) await cache.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: { readonly maxBytes?: number } = {}): Cache {
  const cache = createSqliteCache({ path, ...options });
  opened.push(cache);
  return cache;
}

/** Another process's write lock, as far as SQLite can tell. */
function lock(): { release(): void } {
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  return {
    release() {
      other.exec('ROLLBACK');
      other.close();
    },
  };
}

describe('a lock of another process', () => {
  it('is waited for, without stopping the event loop', async () => {
    const cache = open();
    await cache.set(key, value);
    const held = lock();
    let isDone = false;
    const writing = cache.set(key, Buffer.from('new')).finally(() => {
      isDone = true;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    expect(Buffer.from((await cache.get(key)) ?? [])).toEqual(value);
    held.release();
    await writing;
    expect(Buffer.from((await cache.get(key)) ?? []).toString()).toBe('new');
  });

  it('is waited for until the deadline; what was given up is not done later', async () => {
    const cache = open();
    await cache.set(key, value);
    const held = lock();
    const late = Buffer.from('late');
    const writes = [
      () => cache.set(key, late, { deadlineMs: 40 }),
      () => cache.add(Buffer.from('other'), late, { deadlineMs: 40 }),
      () => cache.increment(Buffer.from('counter'), 1, { deadlineMs: 40 }),
      () => cache.delete(key, { deadlineMs: 40 }),
      () => cache.touch(key, { ttlMs: 1, deadlineMs: 40 }),
    ];
    await Promise.all(
      writes.map((write) => expect(write()).rejects.toMatchObject({ code: 'CACHE_TIMEOUT' })),
    );
    const aborted = new AbortController();
    const writing = cache.set(key, late, { signal: aborted.signal });
    aborted.abort();
    await expect(writing).rejects.toMatchObject({ code: 'CACHE_ABORTED' });
    held.release();
    // Whatever is left of those would have its turn before this one.
    await cache.set(Buffer.from('last'), late);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(Buffer.from((await cache.get(key)) ?? [])).toEqual(value);
    expect(await cache.getMany([Buffer.from('other'), Buffer.from('counter')])).toEqual([
      { outcome: 'miss' },
      { outcome: 'miss' },
    ]);
  });

  it('that was there before the file was opened is waited for too', async () => {
    const first = open();
    await first.set(key, value);
    const held = lock();
    const second = open();
    const writing = second.set(key, Buffer.from('new'));
    held.release();
    await writing;
    expect(Buffer.from((await first.get(key)) ?? []).toString()).toBe('new');
  });
});

describe('the file', () => {
  it('keeps what is stored over a restart, with its lifetime', async () => {
    const first = open();
    await first.set(key, value, { ttlMs: 60_000 });
    await first.set(Buffer.from('short'), value, { ttlMs: 1 });
    await first.increment(Buffer.from('counter'), 41);
    await first.close();
    const second = open();
    expect(Buffer.from((await second.get(key)) ?? [])).toEqual(value);
    expect(await second.increment(Buffer.from('counter'), 1)).toBe(42);
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await second.get(Buffer.from('short'))).toBeUndefined();
  });

  it('is for this user only', async () => {
    await open().set(key, value);
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(`${path}${suffix}`).mode & 0o777).toBe(0o600);
  });

  it('loses no increment of several processes', async () => {
    const count = 300;
    const source = new URL('../src/index.ts', import.meta.url).href;
    const program = `
      import { createSqliteCache } from ${JSON.stringify(source)};
      const cache = createSqliteCache({ path: process.argv[1], deadlineMs: 15000 });
      for (let index = 0; index < ${count}; index++) await cache.increment(Buffer.from('counter'), 1);
      await cache.close();`;
    const ends = [1, 2].map(async () => {
      const child = spawn(
        process.execPath,
        ['--conditions=@ftpd/source', '--no-warnings', '--input-type=module', '--eval', program, path],
        { stdio: 'inherit' },
      );
      const [code] = (await once(child, 'exit')) as [number];
      return code;
    });
    expect(await Promise.all(ends)).toEqual([0, 0]);
    expect(Buffer.from((await open().get(Buffer.from('counter'))) ?? []).toString()).toBe(String(2 * count));
  });

  it('is CACHE_FULL when it may not grow, and works on once there is room', async () => {
    const cache = open({ maxBytes: 4 * 1024 * 1024 });
    const big = Buffer.alloc(900_000, 'v');
    const stored: Buffer[] = [];
    const fill = async (): Promise<void> => {
      for (let number = 0; number < 20; number++) {
        const name = Buffer.from(`big ${number}`);
        await cache.set(name, big);
        stored.push(name);
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'CACHE_FULL' });
    expect(stored.length).toBeGreaterThanOrEqual(2);
    for (const name of stored) expect((await cache.get(name))?.length).toBe(900_000);
    await cache.delete(stored[0] ?? key);
    await cache.set(key, big);
  });

  it('does not keep for ever what has ended', async () => {
    const cache = open();
    for (let number = 0; number < 300; number++)
      await cache.set(Buffer.from(`k${number}`), value, { ttlMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (let number = 0; number < 300; number++) await cache.set(key, value);
    const raw = new DatabaseSync(path, { readOnly: true });
    expect(raw.prepare('SELECT count(*) AS entries FROM entries').get()).toEqual({ entries: 1 });
    raw.close();
  });

  it('that is no database, or in a folder that is missing, is CACHE_UNAVAILABLE, until it is put right', async () => {
    writeFileSync(path, 'this is no database, however one looks at it');
    const cache = open();
    await expect(cache.get(key)).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
    rmSync(path);
    expect(await cache.get(key)).toBeUndefined();
    chmodSync(path, 0o600);
  });
});

describe('cacheDriver', () => {
  it('opens the file that the URL names', async () => {
    const cache = await cacheDriver.connect({ url: `sqlite:${path}`, options: { deadlineMs: '500' } });
    await cache.set(key, value);
    await cache.close();
    expect(Buffer.from((await open().get(key)) ?? [])).toEqual(value);
  });

  it.each([
    ['sqlite://host/cache.db', {}],
    ['sqlite:cache.db', {}],
    ['file:/cache.db', {}],
    ['sqlite:/cache.db', { deadlineMs: '1s' }],
    ['sqlite:/cache.db', { size: '1' }],
  ])('refuses %s with %o', async (url, options) => {
    await expect(cacheDriver.connect({ url, options })).rejects.toMatchObject({ code: 'CACHE_BAD_OPTION' });
  });
});

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { isStorageError, virtualPath, type Storage, type StorageView } from '@ftpd/storage';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPrivilegedStorage } from '../index.ts';

const userCount = 50;
const operationCount = 20_000;
const sharedGid = 52_999;
const identities = Array.from({ length: userCount }, (_, number) => ({
  user: `user${number}`,
  uid: 52_000 + number,
  gid: 52_100 + number,
  groups: [sharedGid],
}));
const at = virtualPath;

let top: string;
let storage: Storage;
let views: StorageView[];
const threads = new Set<Worker>();
const onThread = (thread: Worker): void => {
  threads.add(thread);
  thread.once('exit', () => threads.delete(thread));
};

/** A folder that everybody may write to, with a folder for each: some operations are allowed, others are not. */
beforeEach(async () => {
  process.on('worker', onThread);
  top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
  fs.chmodSync(top, 0o777);
  fs.mkdirSync(`${top}/sticky`);
  fs.chmodSync(`${top}/sticky`, 0o1777);
  for (const { user, uid, gid } of identities) {
    fs.mkdirSync(`${top}/${user}`, { mode: 0o700 });
    fs.chownSync(`${top}/${user}`, uid, gid);
  }
  storage = await createPrivilegedStorage();
  views = await Promise.all(identities.map((identity) => storage.enter({ root: top, identity })));
});

afterEach(async () => {
  process.off('worker', onThread);
  await storage.close();
  fs.rmSync(top, { recursive: true, force: true });
});

async function write(view: StorageView, name: string): Promise<void> {
  const file = await view.openWrite(at(name), { disposition: 'replace', mode: 0o600 });
  try {
    await file.write(Buffer.from(name), 0);
  } finally {
    await file.close();
  }
}

/** The same numbers in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

type Operation = (view: StorageView, own: string, other: string, number: number) => Promise<unknown>;

const allowed: readonly Operation[] = [
  (view, own, _other, number) => write(view, `/${own}/f${number % 20}`),
  (view, own, _other, number) => write(view, `/sticky/${own}-${number % 20}`),
  (view, own, _other, number) => view.makeDirectory(at(`/${own}/d${number % 20}`), { mode: 0o750 }),
  (view, own, _other, number) => view.makeSymlink('x', at(`/sticky/${own}-link${number % 20}`)),
  (view, own, _other, number) =>
    view.rename(at(`/${own}/f${number % 20}`), at(`/sticky/${own}-${number % 20}`)),
  (view, own, _other, number) => view.setGroup(at(`/sticky/${own}-${number % 20}`), sharedGid),
  (view, own) => view.stat(at(`/${own}`)),
  async (view, own) => {
    for await (const batch of view.list(at(`/${own}`))) expect(batch.length).toBeGreaterThan(0);
  },
];
const forbidden: readonly Operation[] = [
  (view, _own, other) => view.makeDirectory(at(`/${other}/intruder`), { mode: 0o755 }),
  (view, _own, other, number) => view.remove(at(`/sticky/${other}-${number % 20}`)),
  (view, _own, other, number) => view.setMode(at(`/sticky/${other}-${number % 20}`), 0o666),
  (view, _own, other) => view.stat(at(`/${other}/f1`)),
  (view, _own, other) => view.setGroup(at(`/${other}`), sharedGid),
  (view, _own, other) =>
    view
      .list(at(`/${other}`))
      [Symbol.asyncIterator]()
      .next(),
];

it(
  '50 users at once do nothing as somebody else, though threads are killed amid their work',
  { timeout: 180_000 },
  async () => {
    const random = randomNumbers(7);
    const codes = new Map<string, number>();
    let begun = 0;
    let killed = 0;
    const session = async (user: number): Promise<void> => {
      const view = views[user]!;
      while (begun < operationCount) {
        begun += 1;
        const other = (user + 1 + random(userCount - 1)) % userCount;
        const isForbidden = random(4) === 0;
        const choice = isForbidden ? forbidden : allowed;
        const operation = choice[random(choice.length)]!;
        try {
          await operation(view, `user${user}`, `user${other}`, random(1000));
          expect(isForbidden).toBe(false);
        } catch (error) {
          if (!isStorageError(error)) throw error;
          codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
        }
        if (begun % 800 === 0) {
          const [victim] = [...threads].slice(random(threads.size));
          killed += victim === undefined ? 0 : 1;
          void victim?.terminate();
        }
      }
    };
    await Promise.all(identities.map((_, user) => session(user)));
    expect(killed).toBeGreaterThan(10);
    const owners = new Set<string>();
    for (const name of fs.readdirSync(top, { recursive: true, encoding: 'utf8' })) {
      const number = /user(\d+)/.exec(name)?.[1];
      if (number === undefined) continue;
      const { uid, gid } = fs.lstatSync(`${top}/${name}`);
      const wanted = identities[Number(number)]!;
      expect({ name, uid, gid: gid === sharedGid ? wanted.gid : gid }).toEqual({
        name,
        uid: wanted.uid,
        gid: wanted.gid,
      });
      owners.add(number);
    }
    expect(owners.size).toBe(userCount);
    // Threads that died took one operation each with them, at the most.
    expect(codes.get('STORAGE_FAILED') ?? 0).toBeLessThanOrEqual(killed);
    expect(codes.get('STORAGE_DENIED')).toBeGreaterThan(1000);
    // What they held was closed for them.
    const left = (): number =>
      fs.readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(top)).length;
    await expect.poll(left, { timeout: 10_000 }).toBe(userCount);
  },
);

function linkOf(fd: string): string {
  try {
    return fs.readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '@ftpd/test-services';
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

/** A worker that answers by what the uid says: see the file. */
const workerUrl = new URL('../test/fixtures/odd-worker.ts', import.meta.url);
const pools: WorkerPool[] = [];
function open(options: WorkerPoolOptions = {}): WorkerPool {
  const pool = createWorkerPool({ workerUrl, closeMs: 10, ...options });
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map(async (pool) => pool.close()));
});

const answers = 1;
const never = 2;
const dies = 3;
const fails = 4;
const ask = async (pool: WorkerPool, uid: number, options?: Parameters<WorkerPool['run']>[2]) =>
  pool.run('find-user', { uid }, options);
const pidOf = (result: Awaited<ReturnType<typeof ask>>): number => result.output?.uid ?? 0;

describe('a pool of processes', () => {
  it('kills the process of a question that is not answered, and asks the next in another', async () => {
    const pool = open({ maxWorkers: 1, deadlineMs: 500 });
    const first = pidOf(await ask(pool, answers));
    const hung = ask(pool, never);
    const waiting = ask(pool, answers);
    await expect(hung).rejects.toMatchObject({ code: 'SYSTEM_AUTH_TIMEOUT' });
    await until(() => !isAlive(first), 5000, 'the end of the process');
    expect(pidOf(await waiting)).not.toBe(first);
  });

  it('fails the question whose process ends, and no other', async () => {
    const pool = open({ maxWorkers: 1 });
    const [lost, kept] = await Promise.allSettled([ask(pool, dies), ask(pool, answers)]);
    expect(lost).toMatchObject({ reason: { code: 'SYSTEM_AUTH_WORKER_FAILED' } });
    expect(kept.status).toBe('fulfilled');
  });

  it('hands an error of the system on, with its code', async () => {
    await expect(ask(open(), fails)).rejects.toMatchObject({
      code: 'SYSTEM_AUTH_FAILED',
      cause: { code: 'EIO' },
    });
  });

  it('has one answer while another hangs', async () => {
    const pool = open({ maxWorkers: 2, maxWorkersPerClient: 1 });
    const hung = ask(pool, never, { remoteAddress: '192.0.2.1' });
    hung.catch(() => undefined);
    const answered = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => ask(pool, answers, { remoteAddress: `192.0.2.${at + 2}` })),
    );
    expect(answered).toHaveLength(20);
  });

  it('gives one client a part of the processes only', async () => {
    const pool = open({ maxWorkers: 2, maxWorkersPerClient: 1 });
    const hung = [1, 2, 3].map(async () => ask(pool, never, { remoteAddress: '192.0.2.1' }));
    for (const each of hung) each.catch(() => undefined);
    expect(pidOf(await ask(pool, answers, { remoteAddress: '192.0.2.2' }))).toBeGreaterThan(0);
  });

  it('refuses what goes beyond the queue', async () => {
    const pool = open({ maxWorkers: 1, maxQueue: 2, maxQueuePerClient: 1 });
    ask(pool, never).catch(() => undefined);
    ask(pool, answers, { remoteAddress: '192.0.2.1' }).catch(() => undefined);
    await expect(ask(pool, answers, { remoteAddress: '192.0.2.1' })).rejects.toMatchObject({
      code: 'SYSTEM_AUTH_BUSY',
    });
    ask(pool, answers, { remoteAddress: '192.0.2.2' }).catch(() => undefined);
    await expect(ask(pool, answers, { remoteAddress: '192.0.2.3' })).rejects.toMatchObject({
      code: 'SYSTEM_AUTH_BUSY',
    });
  });

  it('drops what waits when its caller gives up', async () => {
    const pool = open({ maxWorkers: 1, deadlineMs: 500 });
    ask(pool, never).catch(() => undefined);
    const controller = new AbortController();
    const waiting = ask(pool, answers, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'SYSTEM_AUTH_ABORTED' });
    await expect(ask(pool, answers, { signal: controller.signal })).rejects.toMatchObject({
      code: 'SYSTEM_AUTH_ABORTED',
    });
  });

  it('asks a process by its number, as long as it lives', async () => {
    const pool = open({ maxWorkers: 2 });
    const both = await Promise.all([ask(pool, answers), ask(pool, answers)]);
    for (const one of both) expect(pidOf(await ask(pool, answers, { worker: one.worker }))).toBe(pidOf(one));
    const [{ worker }] = both;
    await Promise.allSettled([ask(pool, dies, { worker })]);
    await expect(ask(pool, answers, { worker })).rejects.toMatchObject({
      code: 'SYSTEM_AUTH_WORKER_FAILED',
    });
  });

  it('ends processes that have nothing to do', async () => {
    const pool = open({ idleMs: 10 });
    const pid = pidOf(await ask(pool, answers));
    await until(() => !isAlive(pid), 5000, 'the end of the process');
    expect(pidOf(await ask(pool, answers))).not.toBe(pid);
  });

  it('gives its processes nothing of the environment', async () => {
    const pool = open();
    const pid = pidOf(await ask(pool, answers));
    const names = readFileSync(`/proc/${pid}/environ`, 'latin1').match(/(?<=^|\0)[^=\0]+/g);
    expect(names?.filter((name) => !name.startsWith('NODE_CHANNEL_'))).toEqual(['PATH']);
  });

  it('ends all of them when it closes, and takes no more questions', async () => {
    const pool = open({ closeMs: 10_000 });
    const pid = pidOf(await ask(pool, answers));
    await pool.close();
    expect(isAlive(pid)).toBe(false);
    await expect(ask(pool, answers)).rejects.toMatchObject({ code: 'SYSTEM_AUTH_CLOSED' });
  });
});

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}

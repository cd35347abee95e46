import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isCacheError, type Cache } from '@ftpd/cache';
import { freePort } from '@ftpd/test-services';
import { expect, test } from 'vitest';
import { answering } from './fake-server.ts';
import { fakeServer, open } from './fault-setting.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const CALLS = 10_000;
const AT_ONCE = 500;
/** Far below what as many kept calls would take. */
const MAX_GROWTH_BYTES = 2_500_000;

const key = Buffer.alloc(250, 'k');

async function ask(cache: Cache, calls: number, deadlineMs: number): Promise<void> {
  for (let count = 0; count < calls; count += AT_ONCE)
    await Promise.allSettled(Array.from({ length: AT_ONCE }, () => cache.get(key, { deadlineMs })));
}

async function growth(cache: Cache, deadlineMs: number): Promise<number> {
  await ask(cache, CALLS, deadlineMs);
  const before = heapBytes();
  await ask(cache, CALLS, deadlineMs);
  return heapBytes() - before;
}

const pong = (words: readonly string[]): string | undefined =>
  words[0] === 'PING' ? '+PONG\r\n' : undefined;

test('nothing is kept of calls that were answered', async () => {
  const server = await fakeServer(answering((words) => pong(words) ?? '$5\r\nvalue\r\n'));
  expect(await growth(open(server.port), 10_000)).toBeLessThan(MAX_GROWTH_BYTES);
});

test('nothing is kept of calls that failed: refused, and by a server that only accepts', async () => {
  const silent = await fakeServer(() => {});
  for (const port of [await freePort(), silent.port])
    expect(await growth(open(port), 100)).toBeLessThan(MAX_GROWTH_BYTES);
});

test('a server that answers, but far too slowly, fills no memory', { timeout: 60_000 }, async () => {
  const server = await fakeServer((socket) => {
    socket.once('data', () => {
      socket.write('+PONG\r\n');
      // Each is a sign of life, and 5 answers in a second.
      const timer = setInterval(() => socket.write('$5\r\nvalue\r\n'), 200);
      socket.once('close', () => clearInterval(timer));
    });
  });
  const cache = open(server.port, [], { silenceTimeoutMs: 30_000 });
  await cache.get(key).catch(() => undefined);
  const codes: string[] = [];
  for (let wave = 0; wave < 5; wave += 1) {
    const results = await Promise.allSettled(
      Array.from({ length: 10_000 }, () => cache.get(key, { deadlineMs: 300 })),
    );
    for (const { reason } of results.filter((result) => result.status === 'rejected'))
      codes.push(isCacheError(reason) ? reason.code : String(reason));
  }
  // Calls that were given up are still to be answered, and so take room; but no more than so many.
  expect(codes.filter((code) => code === 'CACHE_TIMEOUT').length).toBeLessThan(33_000);
  expect(codes.filter((code) => code === 'CACHE_UNAVAILABLE').length).toBeGreaterThan(16_000);
});

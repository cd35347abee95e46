import { until } from '@ftpd/test-services';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, it } from 'vitest';
import { createMemcacheCache, type MemcacheCache } from '../src/index.ts';
import { hit, startFakeServer, type FakeRequest, type FakeServer } from './fake-server.ts';
import type { Socket } from 'node:net';

let server: FakeServer;
let cache: MemcacheCache;

afterEach(async () => {
  await cache.close();
  await server.stop();
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const CALLS = 5_000;
const AT_ONCE = 500;
/** Far below what as many kept requests would take. */
const MAX_GROWTH_BYTES = 2_500_000;

/** What late answers are still expected of goes within a moment. */
async function expectNoGrowth(deadlineMs: number): Promise<void> {
  const key = Buffer.alloc(250, 'k');
  const ask = async (): Promise<void> => {
    for (let n = 0; n < CALLS; n += AT_ONCE) {
      await Promise.allSettled(Array.from({ length: AT_ONCE }, () => cache.get(key, { deadlineMs })));
      // The fake server remembers what it was asked.
      server.requests.length = 0;
    }
  };
  await ask();
  const before = heapBytes();
  await ask();
  await until(() => heapBytes() - before < MAX_GROWTH_BYTES, 3000, 'memory to be given back');
}

async function open(onRequest: (request: FakeRequest, socket: Socket) => void): Promise<void> {
  server = await startFakeServer(onRequest);
  cache = createMemcacheCache({ servers: [server] });
}

it('keeps nothing of calls that were answered', async () => {
  await open((request, socket) => void socket.write(hit(request, 'value')));
  await expectNoGrowth(10_000);
});

it('keeps nothing of calls that failed', async () => {
  await open(() => {});
  await expectNoGrowth(100);
});

it('keeps nothing of calls that were given up and are answered later, or never, by a server that is there', async () => {
  let count = 0;
  await open((request, socket) => {
    count += 1;
    if (count % 3 > 0) socket.write(hit(request, 'value'));
    else if (count % 6 === 0) setTimeout(() => socket.write(hit(request, 'value')), 60);
  });
  await expectNoGrowth(40);
});

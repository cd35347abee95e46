import { cacheConformance, type CacheOpeners, type ConformanceSkip } from '@ftpd/cache/conformance';
import { freePort, startMemcached, type TestMemcached } from '@ftpd/test-services';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createMemcacheCache, type MemcacheCache } from '../src/index.ts';

const servers: TestMemcached[] = [];
let away = 0;

beforeAll(async () => {
  servers.push(...(await Promise.all([startMemcached(), startMemcached(), startMemcached()])));
  away = await freePort();
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
});

/** A machine that is busy with other tests must not look like a server that is silent; deadlines hold all the same. */
const patient = { connectTimeoutMs: 10_000, answerTimeoutMs: 10_000, deadlineMs: 10_000 };

type View = (cache: MemcacheCache) => MemcacheCache;

function openers(count: number, view: View = (cache) => cache): CacheOpeners {
  const own = (): TestMemcached[] => servers.slice(0, count);
  const connect = (): MemcacheCache => view(createMemcacheCache({ servers: own(), ...patient }));
  return {
    open: connect,
    openUnreachable: () =>
      view(createMemcacheCache({ servers: own().map(() => ({ host: '127.0.0.1', port: away })) })),
    openPausable: () => ({
      cache: connect(),
      pause: async () => void (await Promise.all(own().map((server) => server.pause()))),
      resume: () => own().forEach((server) => server.resume()),
    }),
  };
}

const noBus = { reason: 'memcached carries no messages', tests: ['bus'] };
const prefixed: ConformanceSkip = {
  reason: 'the prefix takes its part of the 250 bytes',
  tests: ['capabilities are at least what the contract asks for'],
};

cacheConformance({ describe, it }, 'memcache on one server', { ...openers(1), skip: [noBus] });
cacheConformance({ describe, it }, 'memcache on three servers', { ...openers(3), skip: [noBus] });
cacheConformance({ describe, it }, 'memcache on three servers, below a prefix', {
  ...openers(3, (cache) => cache.scoped(Buffer.from('mod_ban.'))),
  skip: [noBus, prefixed],
});

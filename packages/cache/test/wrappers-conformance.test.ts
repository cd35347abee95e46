import { describe, it } from 'vitest';
import { withBreaker } from '../src/breaker.ts';
import type { Cache } from '../src/cache.ts';
import { cacheConformance, type CacheConformanceOptions } from '../src/conformance.ts';
import { withDeadline } from '../src/deadline.ts';
import { withNamespace } from '../src/namespace.ts';
import { createTier } from '../src/tier.ts';
import { createRemoteCache, createRemoteStore } from './remote-store.ts';

function openers(wrap: (cache: Cache) => Cache): CacheConformanceOptions {
  const shared = createRemoteStore();
  return {
    open: () => wrap(createRemoteCache(shared)),
    openUnreachable: () => wrap(createRemoteCache(createRemoteStore(false))),
    openPausable() {
      const store = createRemoteStore();
      return { cache: wrap(createRemoteCache(store)), pause: store.pause, resume: store.resume };
    },
  };
}

const framework = { describe, it };

cacheConformance(
  framework,
  'a deadline',
  openers((cache) => withDeadline(cache, 60_000)),
);

cacheConformance(
  framework,
  'a breaker',
  openers((cache) => withBreaker(cache, { failures: 2, pauseMs: 20 })),
);

cacheConformance(framework, 'a namespace', {
  ...openers((cache) => withNamespace(cache, 'some\0where.')),
  skip: [
    {
      reason: 'its prefix is part of the key, and the key beneath has the length that a key may have',
      tests: ['capabilities are at least what the contract asks for'],
    },
  ],
});

cacheConformance(
  framework,
  'a tier',
  openers((cache) => createTier(cache, { positiveTtlMs: 100, negativeTtlMs: 50 })),
);

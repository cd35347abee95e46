import type { CacheBackend } from '../../src/backend.ts';
import type { Cache } from '../../src/cache.ts';
import { delegateTo } from '../../src/delegate.ts';
import { createRemoteCache, remoteBackend, type RemoteStore } from '../remote-store.ts';

/** A driver with one fault, and the promise that it breaks. */
export interface Mutant {
  readonly fault: string;
  readonly breaks: string;
  readonly open: (store: RemoteStore) => Cache;
}

/** A fault in what a driver writes. */
export function backendFault(
  fault: string,
  breaks: string,
  change: (backend: CacheBackend, store: RemoteStore) => Partial<CacheBackend>,
): Mutant {
  return { fault, breaks, open: (store) => createRemoteCache(store, change(remoteBackend(store), store)) };
}

/** A fault in what `createCache` would have kept right. */
export function cacheFault(
  fault: string,
  breaks: string,
  change: (cache: Cache, store: RemoteStore) => Partial<Cache>,
): Mutant {
  return {
    fault,
    breaks,
    open(store) {
      const cache = createRemoteCache(store);
      return { ...delegateTo(cache), ...change(cache, store) };
    },
  };
}

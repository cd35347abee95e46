import type { CacheBackend, CacheBackendBus } from '../src/backend.ts';
import type { Cache, StoreOptions } from '../src/cache.ts';
import { createCache } from '../src/create-cache.ts';
import { CacheError } from '../src/errors.ts';
import type { Expiry } from '../src/expiry.ts';
import { createMemoryCache } from '../src/memory.ts';

/** A store behind a wire: it answers in a later turn, keeps silent while it is paused, and may refuse everything. */
export interface RemoteStore {
  /** What it holds, on its own side of the wire. */
  readonly held: Cache;
  isPaused: boolean;
  /** Runs a request when it is its turn. Requests are answered in the order in which they came. */
  readonly ask: <T>(request: () => Promise<T>) => Promise<T>;
  readonly pause: () => void;
  readonly resume: () => void;
}

export function createRemoteStore(isReachable = true): RemoteStore {
  const queue: (() => void)[] = [];
  const store: RemoteStore = {
    held: createMemoryCache({ name: 'held' }),
    isPaused: false,
    async ask(request) {
      if (!isReachable) throw new Error('refused');
      await new Promise<void>((resolve) => {
        queue.push(resolve);
        setImmediate(work);
      });
      return request();
    },
    pause() {
      store.isPaused = true;
    },
    resume() {
      store.isPaused = false;
      setImmediate(work);
    },
  };
  const work = (): void => {
    if (!store.isPaused) for (const start of queue.splice(0)) start();
  };
  return store;
}

/** An expiry in the words of the contract. */
export function lifetimeOf(expiry: Expiry | undefined): StoreOptions {
  if (expiry === undefined) return {};
  return expiry.isAbsolute ? { expiresAtMs: expiry.atMs } : { ttlMs: expiry.ttlMs };
}

/** A driver for a remote store that keeps every promise. */
export function remoteBackend({ held, ask }: RemoteStore): CacheBackend {
  const bus: CacheBackendBus = {
    publish: (channel, message) => ask(() => held.bus!.publish(channel, message)),
    subscribe: (channel, onMessage) => ask(() => held.bus!.subscribe(channel, onMessage)),
  };
  return {
    capabilities: { ...held.capabilities, isShared: true },
    bus,
    get: (key) => ask(() => held.get(key)),
    getEntry: (key) => ask(() => held.getEntry(key)),
    set: (key, value, expiry) => ask(() => held.set(key, value, lifetimeOf(expiry))),
    add: (key, value, expiry) => ask(() => held.add(key, value, lifetimeOf(expiry))),
    replace: (key, version, value, expiry) =>
      ask(() => held.replace(key, version, value, lifetimeOf(expiry))),
    delete: (key) => ask(() => held.delete(key)),
    increment: (key, delta, expiry) => ask(() => held.increment(key, delta, lifetimeOf(expiry))),
    touch: (key, expiry) => ask(() => held.touch(key, lifetimeOf(expiry))),
    close: () => {},
  };
}

let opened = 0;

export function createRemoteCache(store: RemoteStore, change: Partial<CacheBackend> = {}): Cache {
  return createCache({ ...remoteBackend(store), ...change }, { name: `remote ${++opened}` });
}

/** What a client says that was told nothing useful. */
export function unavailable(): CacheError {
  return new CacheError('CACHE_UNAVAILABLE');
}

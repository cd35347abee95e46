import { backendFault, cacheFault, type Mutant } from './mutant.ts';

export const otherMutants: readonly Mutant[] = [
  cacheFault(
    'throws before there is a promise',
    'a key that is empty, too long or no bytes is CACHE_BAD_KEY for every operation',
    (cache) => ({
      get: (key, options) => {
        if (key.length === 0) throw new Error('bad key');
        return cache.get(key, options);
      },
    }),
  ),
  cacheFault(
    'cuts values that are too long',
    'a value that is too long or no bytes is CACHE_BAD_VALUE, and not cut',
    (cache) => ({
      set: (key, value, options) => cache.set(key, value.subarray(0, 1_000_000), options),
    }),
  ),
  cacheFault(
    'takes a lifetime of 0 for none',
    'a lifetime that makes no sense is CACHE_BAD_LIFETIME',
    (cache) => ({
      set: (key, value, options) => cache.set(key, value, options?.ttlMs === 0 ? {} : options),
    }),
  ),
  cacheFault(
    'works on after close',
    'after close every operation is CACHE_CLOSED, and a second close is fine',
    (_cache, store) => ({
      get: (key) => store.ask(() => store.held.get(key)),
    }),
  ),
  cacheFault(
    'keeps its operations to itself',
    'every operation is reported on the diagnostics channel, with its outcome',
    (_cache, store) => ({
      get: (key) => store.ask(() => store.held.get(key)),
    }),
  ),
  cacheFault(
    'stores though the caller had given up',
    'a signal that is aborted already is CACHE_ABORTED for every operation, and nothing happens',
    (cache) => ({
      set: async (key, value, options) => {
        await cache.set(key, value);
        await cache.set(key, value, options);
      },
    }),
  ),
  backendFault(
    'sends messages as text',
    'a message reaches all who listen on its channel, byte for byte, and nobody else',
    (backend) => ({
      bus: {
        ...backend.bus!,
        publish: (channel, message, call) =>
          backend.bus!.publish(channel, Buffer.from(new TextDecoder().decode(message)), call),
      },
    }),
  ),
  backendFault(
    'ends all subscriptions with the first',
    'who ends a subscription hears nothing more, and others still do',
    (backend) => {
      const ends: (() => void)[] = [];
      return {
        bus: {
          ...backend.bus!,
          async subscribe(...args) {
            ends.push(await backend.bus!.subscribe(...args));
            return () => ends.forEach((end) => end());
          },
        },
      };
    },
  ),
];

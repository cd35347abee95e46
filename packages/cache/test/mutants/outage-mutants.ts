import type { CacheAnswer } from '../../src/cache.ts';
import { delegateTo } from '../../src/delegate.ts';
import { createRemoteCache, unavailable } from '../remote-store.ts';
import { cacheFault, type Mutant } from './mutant.ts';

const whenAway =
  'a store that cannot be reached is an error of every operation, within the deadline, and never a miss';
const whenSilent =
  'a store that keeps silent is an error of every operation, within the deadline, and never a miss';

export const outageMutants: readonly Mutant[] = [
  cacheFault('takes an outage for a miss', whenAway, (cache) => ({
    get: (...args) => cache.get(...args).catch(() => undefined),
  })),
  cacheFault('takes a silence for a miss', whenSilent, (cache) => ({
    get: (...args) => cache.get(...args).catch(() => undefined),
  })),
  cacheFault('says of an outage that nothing was there to delete', whenAway, (cache) => ({
    delete: (...args) => cache.delete(...args).catch(() => false),
  })),
  cacheFault('says that it stored when the store was away', whenAway, (cache) => ({
    set: (...args) => cache.set(...args).catch(() => {}),
  })),
  cacheFault('calls the keys of a store that is away misses in getMany', whenAway, (cache) => ({
    getMany: async (...args) =>
      (await cache.getMany(...args)).map((answer): CacheAnswer =>
        answer.outcome === 'error' ? { outcome: 'miss' } : answer,
      ),
  })),
  cacheFault('throws for all keys of getMany in an outage', whenAway, (cache) => ({
    async getMany(...args) {
      const answers = await cache.getMany(...args);
      for (const answer of answers) if (answer.outcome === 'error') throw answer.error;
      return answers;
    },
  })),
  cacheFault("lets the client's own errors through", whenAway, (_cache, store) => ({
    get: (key) => store.ask(() => store.held.get(key)),
  })),
  cacheFault('waits for ever', whenSilent, (_cache, store) => ({
    get: (key) => store.ask(() => store.held.get(key)),
  })),
  {
    fault: 'gives the late answer of a call that was given up to the next one',
    breaks: 'what was given up never becomes the answer to something else',
    open(store) {
      // As a client that matches answers by their order, and forgets the calls that it gave up.
      const waiting: {
        readonly resolve: (value: Uint8Array | undefined) => void;
        readonly isOver: () => boolean;
      }[] = [];
      return createRemoteCache(store, {
        get: (key, call) =>
          new Promise((resolve) => {
            waiting.push({ resolve, isOver: () => call.isOver });
            void store
              .ask(() => store.held.get(key))
              .then((value) => {
                while (waiting[0]?.isOver() === true) waiting.shift();
                waiting.shift()?.resolve(value);
              });
          }),
      });
    },
  },
  {
    fault: 'never comes back after a silence',
    breaks: 'after the silence the cache works again by itself',
    open(store) {
      const cache = createRemoteCache(store);
      let isBroken = false;
      return {
        ...delegateTo(cache),
        get: (...args) => {
          if (isBroken) return Promise.reject(unavailable());
          return cache.get(...args).catch((error: unknown) => {
            isBroken = true;
            throw error;
          });
        },
      };
    },
  },
  cacheFault('does not listen to a signal', 'an abort ends a call at once, and only that call', (cache) => ({
    get: (key, options = {}) =>
      cache.get(key, options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
  })),
  cacheFault(
    'leaves calls that wait alone when it closes',
    'a close ends calls that wait for a silent store with CACHE_CLOSED',
    (_cache, store) => ({
      get: (key) => store.ask(() => store.held.get(key)),
    }),
  ),
];

import { lifetimeOf } from '../remote-store.ts';
import { backendFault, type Mutant } from './mutant.ts';

const dayMs = 24 * 60 * 60 * 1000;
const ends = (name: string): string =>
  `a lifetime given by ${name} neither ends early nor more than two seconds late`;

export const lifetimeMutants: readonly Mutant[] = [
  backendFault(
    'begins a new window at each increment',
    'later increments do not change the end of a window',
    (backend) => ({
      async increment(key, delta, expiry, call) {
        const count = await backend.increment(key, delta, expiry, call);
        if (expiry !== undefined) await backend.touch(key, expiry, call);
        return count;
      },
    }),
  ),
  backendFault('forgets the window of a counter', ends('increment'), (backend) => ({
    increment: (key, delta, _expiry, call) => backend.increment(key, delta, undefined, call),
  })),
  backendFault('rounds lifetimes down to seconds', ends('set'), (_backend, { ask, held }) => ({
    set: (key, value, expiry) => {
      const ttlMs = expiry === undefined ? undefined : Math.max(1, Math.floor(expiry.ttlMs / 1000) * 1000);
      return ask(() => held.set(key, value, ttlMs === undefined ? {} : { ttlMs }));
    },
  })),
  backendFault('rounds lifetimes up to four seconds', ends('touch'), (_backend, { ask, held }) => ({
    touch: (key, expiry) =>
      ask(() => held.touch(key, expiry === undefined ? {} : { ttlMs: Math.max(4000, expiry.ttlMs) })),
  })),
  backendFault('forgets the lifetime of an add', ends('add'), (backend) => ({
    add: (key, value, _expiry, call) => backend.add(key, value, undefined, call),
  })),
  backendFault('keeps the old lifetime of what it replaces', ends('replace'), (_backend, { ask, held }) => ({
    replace: (key, version, value) => ask(() => held.replace(key, version, value)),
  })),
  backendFault(
    'keeps the lifetime of what it sets anew',
    'a set, a replace or a touch without a lifetime makes an entry stay',
    (_backend, { ask, held }) => {
      const lifetimes = new Map<string, object>();
      return {
        set: (key, value, expiry) => {
          const name = Buffer.from(key).toString('hex');
          const lifetime = expiry === undefined ? (lifetimes.get(name) ?? {}) : lifetimeOf(expiry);
          lifetimes.set(name, lifetime);
          return ask(() => held.set(key, value, lifetime));
        },
      };
    },
  ),
  backendFault(
    'gives long lifetimes to a timer that overflows',
    'lifetimes of 31 days to 100 years do not end early',
    (_backend, { ask, held }) => ({
      set: (key, value, expiry) => {
        const options = lifetimeOf(expiry);
        return ask(() => held.set(key, value, (expiry?.ttlMs ?? 0) >= 2 ** 31 ? { ttlMs: 1 } : options));
      },
    }),
  ),
  backendFault(
    'sends more than 30 days as an absolute time',
    'lifetimes of 31 days to 100 years do not end early',
    (backend, { ask, held }) => ({
      increment: (key, delta, expiry, call) =>
        (expiry?.ttlMs ?? 0) > 30 * dayMs
          ? ask(() => held.increment(key, delta, { expiresAtMs: expiry!.ttlMs }))
          : backend.increment(key, delta, expiry, call),
    }),
  ),
  backendFault(
    'adds a second to absolute times',
    'an absolute time is kept, to the resolution of the store',
    (_backend, { ask, held }) => ({
      set: (key, value, expiry) =>
        ask(() => held.set(key, value, expiry === undefined ? {} : { expiresAtMs: expiry.atMs + 1000 })),
    }),
  ),
  backendFault(
    'keeps what had ended before it was stored',
    'what gets an absolute time in the past has ended at once',
    (backend) => ({
      set: (key, value, expiry, call) =>
        backend.set(key, value, expiry !== undefined && expiry.ttlMs <= 0 ? undefined : expiry, call),
    }),
  ),
  backendFault(
    'still counts what has ended',
    'an entry that has ended is gone for every operation',
    (backend) => {
      const held = new Set<string>();
      return {
        set: (key, value, expiry, call) => {
          held.add(Buffer.from(key).toString('hex'));
          return backend.set(key, value, expiry, call);
        },
        add: async (key, value, expiry, call) =>
          !held.has(Buffer.from(key).toString('hex')) && backend.add(key, value, expiry, call),
      };
    },
  ),
];

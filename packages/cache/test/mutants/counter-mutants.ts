import { backendFault, type Mutant } from './mutant.ts';

export const counterMutants: readonly Mutant[] = [
  backendFault(
    'counts by a get and a set',
    'of many increments at once none is lost and each has an answer of its own',
    (backend) => ({
      async increment(key, delta, expiry, call) {
        const count = Number(Buffer.from((await backend.get(key, call)) ?? [])) + delta;
        await backend.set(key, Buffer.from(String(count)), expiry, call);
        return count;
      },
    }),
  ),
  backendFault('counts with 32 bits', 'counters are exact across 2^32 and up to 2^53 - 1', (backend) => ({
    increment: async (...args) => (await backend.increment(...args)) >>> 0,
  })),
  backendFault(
    'starts what is no number at 0',
    'an increment of what is no number is CACHE_NOT_A_COUNTER and changes nothing',
    (backend) => ({
      async increment(key, delta, expiry, call) {
        try {
          return await backend.increment(key, delta, expiry, call);
        } catch {
          await backend.set(key, Buffer.from(String(delta)), expiry, call);
          return delta;
        }
      },
    }),
  ),
  backendFault(
    'stops at the greatest count',
    'an increment beyond 2^53 - 1 is CACHE_COUNTER_RANGE and changes nothing',
    (backend) => ({
      increment: async (...args) => {
        try {
          return await backend.increment(...args);
        } catch {
          return Number.MAX_SAFE_INTEGER;
        }
      },
    }),
  ),
  backendFault(
    'starts counters at 0',
    'increment makes a counter with the value of delta, and adds to one',
    (backend) => ({
      async increment(key, delta, expiry, call) {
        if (await backend.add(key, Buffer.from('0'), expiry, call)) return 0;
        return backend.increment(key, delta, expiry, call);
      },
    }),
  ),
];

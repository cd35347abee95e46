import type { CacheBackend, CacheCall } from '../backend.ts';
import { asCacheError } from '../call.ts';
import type { Cache, CacheAnswer, CallOptions, StoreOptions } from '../cache.ts';
import type { Expiry } from '../expiry.ts';
import type { Changes } from './changes.ts';
import type { Flight } from './flights.ts';
import type { NearStore } from './near-store.ts';

export interface TierParts {
  readonly far: Cache;
  readonly near: NearStore;
  readonly changes: Changes;
  /** For questions that several callers wait for. */
  readonly deadlineMs: number;
  readonly positiveTtlMs: number;
}

/** Reads from memory where it can; writes beneath, and forgets what was known. */
export function tierBackend({ far, near, changes, deadlineMs, positiveTtlMs }: TierParts): CacheBackend {
  const { flights } = changes;

  /** Asks for one key, or joins those who do; `question` is how. */
  const flightOf = (key: Uint8Array, question: () => Promise<Uint8Array | undefined>): Flight =>
    flights.of(key) ??
    flights.start(key, async (own) => {
      const value = await question();
      if (!own.isStale) near.remember(key, value);
      return value;
    });

  /** Others may join who have more time. */
  const together = (call: CacheCall): CallOptions => ({
    deadlineMs: Math.max(deadlineMs, call.deadlineAtMs - performance.now()),
  });

  /** Nobody here may see the old value during the write or after it, or get it from a question made before. */
  const write = async <T>(key: Uint8Array, act: () => Promise<T>): Promise<T> => {
    changes.changed(key);
    try {
      return await act();
    } finally {
      // Also after an error: it may have taken effect.
      changes.changed(key);
      changes.tell(key);
    }
  };

  return {
    capabilities: {
      ...far.capabilities,
      ttlResolutionMs: far.capabilities.ttlResolutionMs + positiveTtlMs,
    },
    ...(far.bus === undefined
      ? {}
      : {
          bus: {
            publish: (channel, message, call) => far.bus!.publish(channel, message, within(call)),
            subscribe: (channel, onMessage, onGap) => far.bus!.subscribe(channel, onMessage, onGap),
          },
        }),
    get(key, call) {
      const known = near.find(key);
      if (known !== undefined) return known.outcome === 'value' ? known.value : undefined;
      return flightOf(key, () => far.get(key, together(call))).answer.then(copyOf);
    },
    async getMany(keys, call, tell) {
      const asked: Uint8Array[] = [];
      const answered = Promise.withResolvers<readonly CacheAnswer[]>();
      const told = keys.map(async (key, index) => {
        const known = near.find(key);
        if (known !== undefined) return tell(index, known);
        const flight = flightOf(key, async () => {
          const place = asked.push(key) - 1;
          return valueOf((await answered.promise)[place]!);
        });
        return tell(index, await answerOf(flight));
      });
      if (asked.length > 0) answered.resolve(far.getMany(asked, together(call)));
      await Promise.all(told);
    },
    getEntry: (key, call) => far.getEntry(key, within(call)),
    set: (key, value, expiry, call) => write(key, () => far.set(key, value, storing(expiry, call))),
    add: (key, value, expiry, call) => write(key, () => far.add(key, value, storing(expiry, call))),
    replace: (key, version, value, expiry, call) =>
      write(key, () => far.replace(key, version, value, storing(expiry, call))),
    delete: (key, call) => write(key, () => far.delete(key, within(call))),
    increment: (key, delta, expiry, call) =>
      write(key, () => far.increment(key, delta, storing(expiry, call))),
    touch: (key, expiry, call) => write(key, () => far.touch(key, storing(expiry, call))),
    async close() {
      changes.stop();
      await far.close();
    },
  };
}

/** All who wait get the same answer, and each a buffer of its own. */
function copyOf(value: Uint8Array | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : Uint8Array.from(value);
}

function valueOf(answer: CacheAnswer): Uint8Array | undefined {
  if (answer.outcome === 'error') throw answer.error;
  return answer.outcome === 'value' ? answer.value : undefined;
}

async function answerOf({ answer }: Flight): Promise<CacheAnswer> {
  try {
    const value = copyOf(await answer);
    return value === undefined ? { outcome: 'miss' } : { outcome: 'value', value };
  } catch (error) {
    return { outcome: 'error', error: asCacheError(error) };
  }
}

/** The rest of a call's time, for the cache beneath. */
function within(call: CacheCall): CallOptions {
  return { deadlineMs: Math.max(1, call.deadlineAtMs - performance.now()), signal: call.signal };
}

function storing(expiry: Expiry | undefined, call: CacheCall): StoreOptions {
  if (expiry === undefined) return within(call);
  return expiry.isAbsolute
    ? { ...within(call), expiresAtMs: expiry.atMs }
    : { ...within(call), ttlMs: expiry.ttlMs };
}

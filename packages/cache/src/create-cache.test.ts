import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import type { CacheBackend } from './backend.ts';
import type { Cache } from './cache.ts';
import { createCache } from './create-cache.ts';
import { CacheError } from './errors.ts';
import { cacheChannelName, type CacheEvent } from './events.ts';

const key = Buffer.from('key');
const value = Buffer.from('value');

/** A backend whose answers the test gives by hand. */
function handOperated(parts: Partial<CacheBackend> = {}): {
  readonly backend: CacheBackend;
  readonly asked: PromiseWithResolvers<never>[];
} {
  const asked: PromiseWithResolvers<never>[] = [];
  const ask = (): Promise<never> => {
    const answer = Promise.withResolvers<never>();
    asked.push(answer);
    return answer.promise;
  };
  const backend: CacheBackend = {
    capabilities: {
      isShared: true,
      isDurable: false,
      ttlResolutionMs: 1,
      maxValueBytes: 1_000_000,
      maxKeyBytes: 250,
    },
    get: ask,
    getEntry: ask,
    set: ask,
    add: ask,
    replace: ask,
    delete: ask,
    increment: ask,
    touch: ask,
    close: () => {},
    ...parts,
  };
  return { backend, asked };
}

const caches: Cache[] = [];

function open(backend: CacheBackend, deadlineMs?: number): Cache {
  const cache = createCache(backend, { name: 'hand', ...(deadlineMs === undefined ? {} : { deadlineMs }) });
  caches.push(cache);
  return cache;
}

afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close();
});

describe('createCache', () => {
  it('gives each call its own answer, whatever the order in which they come', async () => {
    const { backend, asked } = handOperated();
    const cache = open(backend);
    const first = cache.get(key);
    const second = cache.get(key);
    asked[1]?.resolve(Buffer.from('2') as never);
    asked[0]?.resolve(Buffer.from('1') as never);
    expect([String(await first), String(await second)]).toEqual(['1', '2']);
  });

  it('ends each call at its own deadline, in whatever order they were made', async () => {
    const { backend } = handOperated();
    const cache = open(backend, 10_000);
    const ended: number[] = [];
    const waits = [60, 20, 10_000, 40].map((deadlineMs) => {
      const ending = cache.get(key, { deadlineMs });
      return ending.catch((error: unknown) => {
        ended.push(deadlineMs);
        return error;
      });
    });
    for (const at of [0, 1, 3]) expect(await waits[at]).toMatchObject({ code: 'CACHE_TIMEOUT' });
    expect(ended).toEqual([20, 40, 60]);
    await cache.close();
    expect(await waits[2]).toMatchObject({ code: 'CACHE_CLOSED' });
  });

  it('tells the backend by isOver and by the signal that nobody waits', async () => {
    let seen: { readonly isOver: boolean; readonly signal: AbortSignal } | undefined;
    const { backend, asked } = handOperated();
    const cache = open({
      ...backend,
      get(asking, call) {
        seen = call;
        expect(call.signal.aborted).toBe(false);
        return backend.get(asking, call);
      },
    });
    await expect(cache.get(key, { deadlineMs: 10 })).rejects.toMatchObject({ code: 'CACHE_TIMEOUT' });
    expect(seen?.isOver).toBe(true);
    expect(seen?.signal.reason).toMatchObject({ code: 'CACHE_TIMEOUT' });
    asked[0]?.reject(new Error('late, and nobody is left to handle it'));
  });

  it('makes CACHE_UNAVAILABLE of errors that it does not know, with their cause', async () => {
    const odd = new Error('odd');
    const { backend } = handOperated({
      get: () => Promise.reject(odd),
      set: () => {
        throw odd;
      },
      touch: () => Promise.reject(new CacheError('CACHE_REFUSED')),
    });
    const cache = open(backend);
    await expect(cache.get(key)).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE', cause: odd });
    await expect(cache.set(key, value)).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE', cause: odd });
    await expect(cache.touch(key, {})).rejects.toMatchObject({ code: 'CACHE_REFUSED' });
  });

  it('keeps what getMany learnt before the deadline', async () => {
    const { backend } = handOperated({
      getMany: (_keys, _call, tell) => {
        tell(1, { outcome: 'value', value });
        return new Promise(() => {});
      },
    });
    const answers = await open(backend).getMany([key, key, key], { deadlineMs: 10 });
    expect(answers).toMatchObject([
      { outcome: 'error', error: { code: 'CACHE_TIMEOUT' } },
      { outcome: 'value', value },
      { outcome: 'error', error: { code: 'CACHE_TIMEOUT' } },
    ]);
  });

  it('does not take an untold answer of getMany for a miss', async () => {
    const { backend } = handOperated({ getMany: () => {} });
    expect(await open(backend).getMany([key])).toMatchObject([
      { outcome: 'error', error: { code: 'CACHE_PROTOCOL' } },
    ]);
  });

  it('asks for each key where a backend has no getMany', async () => {
    const { backend, asked } = handOperated();
    const answers = open(backend).getMany([key, key, key]);
    asked[0]?.resolve(undefined as never);
    asked[1]?.resolve(value as never);
    asked[2]?.reject(new Error('away'));
    expect(await answers).toMatchObject([
      { outcome: 'miss' },
      { outcome: 'value', value },
      { outcome: 'error', error: { code: 'CACHE_UNAVAILABLE' } },
    ]);
  });

  it('hands over copies unless the backend reads at once', async () => {
    const given: Uint8Array[] = [];
    const set: CacheBackend['set'] = (...[asked, content]) => {
      given.push(asked, content);
    };
    await open(handOperated({ set }).backend).set(key, value);
    await open(handOperated({ set, readsAtOnce: true }).backend).set(key, value);
    expect(given.map((bytes) => bytes === key || bytes === value)).toEqual([false, false, true, true]);
  });

  it('leaves no listener on a signal that outlives the calls', async () => {
    const { backend } = handOperated({ get: () => Promise.resolve(value) });
    const cache = open(backend);
    const listeners = new Set<unknown>();
    const { signal } = new AbortController();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => (listeners.add(args[1]), add(...args)),
      removeEventListener: (...args: Parameters<typeof remove>) => (
        listeners.delete(args[1]),
        remove(...args)
      ),
    });
    for (let count = 0; count < 3; count++) await cache.get(key, { signal });
    expect(listeners.size).toBe(0);
  });

  it('reports every operation on the channel, and how it ended', async () => {
    const events: CacheEvent[] = [];
    const listener = (event: unknown): void => void events.push(event as CacheEvent);
    subscribe(cacheChannelName, listener);
    try {
      const { backend, asked } = handOperated({ delete: () => false });
      const cache = open(backend);
      const hit = cache.get(key);
      asked[0]?.resolve(value as never);
      await hit;
      await cache.delete(key);
      await cache.get(key, { deadlineMs: 5 }).catch(() => {});
    } finally {
      unsubscribe(cacheChannelName, listener);
    }
    expect(events.map(({ operation, driver, outcome }) => [operation, driver, outcome])).toEqual([
      ['get', 'hand', 'hit'],
      ['delete', 'hand', 'declined'],
      ['get', 'hand', 'CACHE_TIMEOUT'],
    ]);
    for (const { durationMs } of events) expect(durationMs).toBeGreaterThanOrEqual(0);
  });
});

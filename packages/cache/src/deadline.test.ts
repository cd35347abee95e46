import { describe, expect, it } from 'vitest';
import { createRemoteCache, createRemoteStore } from '../test/remote-store.ts';
import { withDeadline } from './deadline.ts';

const key = Buffer.from('key');

describe('withDeadline', () => {
  it('ends calls that ask for no deadline, or for a later one', async () => {
    const store = createRemoteStore();
    store.pause();
    const cache = withDeadline(createRemoteCache(store), 20);
    for (const options of [undefined, { deadlineMs: 60_000 }])
      await expect(cache.get(key, options)).rejects.toMatchObject({ code: 'CACHE_TIMEOUT' });
    await cache.close();
  });

  it('leaves shorter deadlines as they are', async () => {
    const store = createRemoteStore();
    store.pause();
    const cache = withDeadline(createRemoteCache(store), 60_000);
    await expect(cache.get(key, { deadlineMs: 20 })).rejects.toMatchObject({ code: 'CACHE_TIMEOUT' });
    await cache.close();
  });

  it('refuses a deadline that is none', () => {
    expect(() => withDeadline(createRemoteCache(createRemoteStore()), 0)).toThrow('deadlineMs is a number');
  });
});

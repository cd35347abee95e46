import { createMemoryCache, type Cache } from '@ftpd/cache';
import { afterEach } from 'vitest';
import { createBans, type Bans, type BansOptions, type Subject } from '../src/index.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

export const bob: Subject = { type: 'user', name: 'bob' };
export const host: Subject = { type: 'host', name: '192.0.2.1' };
export const rule = { events: 'login-failed', limit: 3, windowMs: 60_000, banMs: 600_000 };

/** A store of the pool, closed after the test. */
export function memory(): Cache {
  const cache = createMemoryCache();
  opened.unshift(cache);
  return cache;
}

/** A node, closed after the test. */
export function open(options: BansOptions): Bans {
  const bans = createBans({ pollMs: 1000, mendMs: 5000, ...options });
  opened.unshift(bans);
  return bans;
}

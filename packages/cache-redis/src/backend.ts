import {
  createVersionKind,
  type CacheBackend,
  type CacheBackendBus,
  type CacheCapabilities,
  type CacheEntry,
  type Expiry,
} from '@ftpd/cache';
import { bytes } from './bytes.ts';
import { asFailure } from './failures.ts';
import { createIncrements } from './increments.ts';
import { asAnswers, asDone, asTruth, asValue, asWasDone, MAX_VALUE_BYTES } from './replies.ts';
import type { Router } from './router.ts';
import { persistScript, replaceScript, runScript } from './scripts.ts';

const capabilities: CacheCapabilities = {
  isShared: true,
  // It depends on how the server is set up, and not even the strictest setup keeps the last moment in a failover.
  isDurable: false,
  ttlResolutionMs: 1,
  maxValueBytes: MAX_VALUE_BYTES,
  maxKeyBytes: 250,
};

/** The operations of a cache as Redis commands. */
export function createRedisBackend(router: Router, bus: CacheBackendBus, close: () => void): CacheBackend {
  const versions = createVersionKind<Buffer>();
  const increment = createIncrements(router);
  return {
    capabilities,
    ...(router.readsAtOnce ? { readsAtOnce: true } : {}),
    bus,
    get: (key, call) => router.run(key, { name: 'get', args: [bytes(key)], read: asValue }, call),
    async getMany(keys, call, tell) {
      const asked = router.groups(keys).map(async (group) => {
        const members = group.map((index) => keys[index] as Uint8Array);
        const [first = new Uint8Array()] = members;
        const read = (reply: unknown): void =>
          asAnswers(reply, group.length).forEach((answer, at) => tell(group[at] as number, answer));
        try {
          await router.run(first, { name: 'mget', args: members.map(bytes), read }, call);
        } catch (error) {
          for (const index of group) tell(index, { outcome: 'error', error: asFailure(error) });
        }
      });
      await Promise.all(asked);
    },
    getEntry: (key, call) => router.run(key, { name: 'get', args: [bytes(key)], read: asEntry }, call),
    set: (key, value, expiry, call) =>
      router.run(
        key,
        { name: 'set', args: [bytes(key), bytes(value), ...lifetime(expiry)], read: asDone },
        call,
      ),
    add: (key, value, expiry, call) =>
      router.run(
        key,
        { name: 'set', args: [bytes(key), bytes(value), 'NX', ...lifetime(expiry)], read: asWasDone },
        call,
      ),
    replace: (key, version, value, expiry, call) =>
      runScript(
        router,
        replaceScript,
        bytes(key),
        [versions.open(version), bytes(value), ...scriptLifetime(expiry)],
        asTruth,
        call,
      ),
    delete: (key, call) => router.run(key, { name: 'del', args: [bytes(key)], read: asTruth }, call),
    increment: (key, delta, expiry, call) =>
      increment(bytes(key), [String(delta), ...scriptLifetime(expiry)], call),
    touch(key, expiry, call) {
      if (expiry === undefined) return runScript(router, persistScript, bytes(key), [], asTruth, call);
      const [unit = '', time = ''] = lifetime(expiry);
      const name = unit === 'PX' ? 'pexpire' : 'pexpireat';
      return router.run(key, { name, args: [bytes(key), time], read: asTruth }, call);
    },
    close,
  };

  function asEntry(reply: unknown): CacheEntry | undefined {
    const value = asValue(reply);
    return value === undefined ? undefined : entryOf(value);
  }

  /** Redis has no versions: what was there is compared. A copy, for the value becomes the caller's. */
  function entryOf(value: Uint8Array): CacheEntry {
    return { value, version: versions.seal(Buffer.from(value)) };
  }
}

/** As arguments of SET. An absolute time is told as it is, so that the server's clock and nothing else decides. */
function lifetime(expiry: Expiry | undefined): string[] {
  if (expiry === undefined) return [];
  // Redis refuses 0; a time long ago is as good.
  return expiry.isAbsolute ? ['PXAT', String(Math.max(1, expiry.atMs))] : ['PX', String(expiry.ttlMs)];
}

function scriptLifetime(expiry: Expiry | undefined): readonly [unit: string, time: string] {
  const [unit = '', time = ''] = lifetime(expiry);
  return [unit, time];
}

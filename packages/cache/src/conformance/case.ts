import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Cache, CacheVersion, CallOptions } from '../cache.ts';
import { isCacheError, type CacheErrorCode } from '../errors.ts';

/** A cache whose store can be made to keep silent: it takes what is sent and answers nothing until it is resumed. */
export interface PausableCache {
  readonly cache: Cache;
  readonly pause: () => void | Promise<void>;
  readonly resume: () => void | Promise<void>;
}

/** What a driver gives for the tests. */
export interface CacheOpeners {
  /**
   * A cache on a store that is there; called several times, each time on the same store if the driver is shared. The
   * suite uses keys of its own and needs no empty store.
   */
  readonly open: () => Cache | Promise<Cache>;
  /** A cache on a store that can't be reached. */
  readonly openUnreachable?: () => Cache | Promise<Cache>;
  readonly openPausable?: () => PausableCache | Promise<PausableCache>;
}

export type OpenerName = 'openUnreachable' | 'openPausable';

/** What a case works with. Every cache that it opens is closed behind it. */
export interface CaseSetting {
  readonly open: () => Promise<Cache>;
  readonly openUnreachable: () => Promise<Cache>;
  readonly openPausable: () => Promise<PausableCache>;
}

export interface ConformanceCase {
  /** A promise of the contract. */
  readonly title: string;
  /** Without this opener the case can't be run. */
  readonly needs?: OpenerName;
  readonly run: (setting: CaseSetting) => Promise<void>;
}

/** A key that no other test and no other run has: 8 random bytes, and what is given. */
export function newKey(rest: string | Uint8Array = ''): Buffer {
  return Buffer.concat([randomBytes(8), Buffer.from(rest as string)]);
}

export function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** What a value says, and `undefined` for a miss. */
export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value).toString('latin1');
}

export async function read(cache: Cache, key: Uint8Array): Promise<string | undefined> {
  return text(await cache.get(key));
}

/** The version of an entry that has to be there. */
export async function versionOf(cache: Cache, key: Uint8Array): Promise<CacheVersion> {
  const entry = await cache.getEntry(key);
  assert.ok(entry !== undefined, 'getEntry finds what was stored');
  return entry.version;
}

/** Expects a rejection (not a throw) with a CacheError of one of these codes. */
export async function fails(act: () => Promise<unknown>, ...codes: readonly CacheErrorCode[]): Promise<void> {
  let promise: Promise<unknown>;
  try {
    promise = act();
  } catch (error) {
    assert.fail(`it threw before it returned a promise: ${String(error)}`);
  }
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) assert.fail(`it should have failed with ${codes.join(' or ')}, and did not`);
  if (!isCacheError(outcome.error)) assert.fail(`it failed with no CacheError: ${String(outcome.error)}`);
  assert.ok(
    codes.includes(outcome.error.code),
    `it failed with ${outcome.error.code} instead of ${codes.join(' or ')}`,
  );
}

/** Every operation, for what has to hold of all of them. `version` may be any version. */
export function operations(
  cache: Cache,
  key: Uint8Array,
  version: CacheVersion,
  options: CallOptions = {},
): Readonly<Record<string, () => Promise<unknown>>> {
  const value = bytes('1');
  return {
    get: () => cache.get(key, options),
    getMany: () => cache.getMany([key], options),
    getEntry: () => cache.getEntry(key, options),
    set: () => cache.set(key, value, options),
    add: () => cache.add(key, value, options),
    replace: () => cache.replace(key, version, value, options),
    delete: () => cache.delete(key, options),
    increment: () => cache.increment(key, 1, options),
    touch: () => cache.touch(key, { ...options, ttlMs: 60_000 }),
  };
}

/** How much longer than a deadline an answer may take on a machine that is busy with other tests. */
const graceMs = 5000;

/** Fails if a promise has not settled when a deadline is long over. */
export async function inTime<T>(deadlineMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer ${graceMs} ms after the deadline of ${deadlineMs} ms`)),
      deadlineMs + graceMs,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}

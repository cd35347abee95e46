import type { Cache } from './cache.ts';

/**
 * How a driver is found by a program that knows only its name: what a driver package exports as `cacheDriver`.
 * `connect` opens nothing that could wait: it answers at once, and the first operation tells whether the store is there.
 */
export interface CacheDriver {
  /** As configurations call it: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** @throws {CacheError} CACHE_BAD_OPTION for a target that makes no sense to it. */
  connect(target: CacheTarget): Promise<Cache>;
}

/** Where the store is, in the words of a configuration: `foo://host:1/x`, and `option=value` pairs. */
export interface CacheTarget {
  readonly url: string;
  readonly options: Readonly<Record<string, string>>;
  /** Told of changes of state, one line each. */
  readonly log?: CacheLog;
}

export type CacheLog = (severity: 'error' | 'warning' | 'notice' | 'debug', text: string) => void;

/** Declares a driver; the type is checked where it is written. */
export function defineCacheDriver(driver: CacheDriver): CacheDriver {
  if (!/^[a-z][a-z0-9-]*$/.test(driver.name))
    throw new TypeError(
      `'${driver.name}' is no name for a cache driver: lower-case letters, digits, hyphens`,
    );
  return driver;
}

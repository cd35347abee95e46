import { checkDeadline, checkDelta, checkKey, checkValue } from './arguments.ts';
import type { Answer, CacheBackend, CacheCall, CreateCacheOptions } from './backend.ts';
import { createBus } from './bus.ts';
import type {
  Cache,
  CacheAnswer,
  CacheBus,
  CacheCapabilities,
  CacheEntry,
  CacheVersion,
  CallOptions,
  StoreOptions,
} from './cache.ts';
import { asCacheError } from './call.ts';
import { CallRunner, noCall } from './call-runner.ts';
import { expiryOf } from './expiry.ts';
import { getManyOf } from './get-many.ts';

/**
 * Makes a cache of what a driver wrote: checks arguments, keeps deadlines, drops late answers, reports on the
 * diagnostics channel `ftpd:cache`, and refuses calls after the end.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function createCache(backend: CacheBackend, options: CreateCacheOptions): Cache {
  return new BackendCache(backend, options);
}

class BackendCache implements Cache {
  readonly name: string;
  readonly capabilities: CacheCapabilities;
  readonly bus?: CacheBus;
  readonly #backend: CacheBackend;
  readonly #runner: CallRunner;
  readonly #own: (bytes: Uint8Array) => Uint8Array;
  #closing: Promise<void> | undefined;

  constructor(backend: CacheBackend, { name, deadlineMs = 1000 }: CreateCacheOptions) {
    checkDeadline(deadlineMs);
    this.name = name;
    this.capabilities = backend.capabilities;
    this.#backend = backend;
    this.#own = backend.readsAtOnce === true ? (bytes) => bytes : (bytes) => Buffer.from(bytes);
    this.#runner = new CallRunner(name, deadlineMs, backend.answersAtOnce === true);
    if (backend.bus !== undefined) this.bus = createBus(backend.bus, this.#runner, this.#own);
  }

  get(key: Uint8Array, options?: CallOptions): Promise<Uint8Array | undefined> {
    // The shortest way for what is called most: a driver in memory is as quick as its caller.
    if (options === undefined && this.#runner.isDirect) {
      try {
        return Promise.resolve(this.#backend.get(this.#key(key), noCall));
      } catch (error) {
        return Promise.reject(asCacheError(error));
      }
    }
    return this.#runner.run('get', options, (call) => this.#backend.get(this.#key(key), call));
  }

  getMany(keys: readonly Uint8Array[], options?: CallOptions): Promise<readonly CacheAnswer[]> {
    return getManyOf(this.#backend, this.#runner, () => keys.map((key) => this.#key(key)), options);
  }

  getEntry(key: Uint8Array, options?: CallOptions): Promise<CacheEntry | undefined> {
    return this.#runner.run('getEntry', options, (call) => this.#backend.getEntry(this.#key(key), call));
  }

  set(key: Uint8Array, value: Uint8Array, options?: StoreOptions): Promise<void> {
    return this.#runner.run('set', options, (call) =>
      this.#backend.set(this.#key(key), this.#value(value), expiryOf(options), call),
    );
  }

  add(key: Uint8Array, value: Uint8Array, options?: StoreOptions): Promise<boolean> {
    return this.#runner.run('add', options, (call) =>
      this.#backend.add(this.#key(key), this.#value(value), expiryOf(options), call),
    );
  }

  replace(
    key: Uint8Array,
    version: CacheVersion,
    value: Uint8Array,
    options?: StoreOptions,
  ): Promise<boolean> {
    return this.#runner.run('replace', options, (call) =>
      this.#backend.replace(this.#key(key), version, this.#value(value), expiryOf(options), call),
    );
  }

  delete(key: Uint8Array, options?: CallOptions): Promise<boolean> {
    return this.#runner.run('delete', options, (call) => this.#backend.delete(this.#key(key), call));
  }

  increment(key: Uint8Array, delta: number, options?: StoreOptions): Promise<number> {
    return this.#runner.run('increment', options, (call): Answer<number> => {
      checkDelta(delta);
      return this.#backend.increment(this.#key(key), delta, expiryOf(options), call);
    });
  }

  touch(key: Uint8Array, options: StoreOptions): Promise<boolean> {
    return this.#runner.run('touch', options, (call: CacheCall) =>
      this.#backend.touch(this.#key(key), expiryOf(options), call),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#runner.end();
    await this.#backend.close();
  }

  #key(key: Uint8Array): Uint8Array {
    checkKey(key, this.capabilities.maxKeyBytes);
    return this.#own(key);
  }

  #value(value: Uint8Array): Uint8Array {
    checkValue(value, this.capabilities.maxValueBytes);
    return this.#own(value);
  }
}

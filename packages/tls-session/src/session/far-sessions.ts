import { createRecordCodec, isCacheError, withNamespace, type Cache, type PoolSecret } from '@ftpd/cache';
import { TlsError } from '../errors.ts';
import {
  decodeProftpdSession,
  encodeProftpdKey,
  encodeProftpdSession,
  proftpdPrefixes,
} from '../proftpd/session-records.ts';
import type { ProftpdSessions } from '../tls-sessions.ts';

/** Sessions in a cache that the pool shares, as one kind of record. */
export interface FarSessions {
  /**
   * @returns the session as it was found, to be checked.
   * @throws {CacheError} when the cache can't be asked. @throws {TlsError} TLS_BAD_RECORD for what is no record.
   */
  get(id: Uint8Array): Promise<{ readonly der: Uint8Array; readonly endMs: number } | undefined>;
  /** @throws {CacheError} */
  set(id: Uint8Array, der: Uint8Array, endMs: number): Promise<void>;
  /** @throws {CacheError} */
  delete(id: Uint8Array): Promise<void>;
}

interface FarOptions {
  readonly cache: Cache;
  readonly deadlineMs: number;
  readonly now: () => number;
}

/** Records of our own, which only the pool can read. @param tag - Of the trust: other servers don't find them. */
export function createSealedSessions(secret: PoolSecret, tag: string, options: FarOptions): FarSessions {
  const { deadlineMs, now } = options;
  const prefix = `ftpd.tls.session.${tag}.`;
  const cache = withNamespace(options.cache, prefix);
  const codec = createRecordCodec(secret, { type: 'tls-session', version: 1 });
  const wholeKey = (id: Uint8Array): Uint8Array => Buffer.concat([Buffer.from(prefix), id]);
  return {
    async get(id) {
      const record = await cache.get(id, { deadlineMs });
      if (record === undefined) return undefined;
      try {
        const { content, generation } = codec.open(wholeKey(id), record);
        return { der: content, endMs: generation };
      } catch (error) {
        if (isCacheError(error, 'CACHE_BAD_RECORD')) throw new TlsError('TLS_BAD_RECORD', undefined, error);
        throw error;
      }
    },
    async set(id, der, endMs) {
      // The generation of a session is its end: it has but one record.
      const record = codec.seal(wholeKey(id), der, Math.floor(endMs));
      await cache.set(id, record, { ttlMs: Math.max(1, Math.ceil(endMs - now())), deadlineMs });
    },
    async delete(id) {
      await cache.delete(id, { deadlineMs });
    },
  };
}

/** ProFTPD's records, which hold the session in clear. */
export function createProftpdSessions(
  { encoding, store }: ProftpdSessions,
  options: FarOptions,
): FarSessions {
  const { deadlineMs } = options;
  const cache = withNamespace(options.cache.withoutDeadServers?.() ?? options.cache, proftpdPrefixes[store]);
  return {
    async get(id) {
      const record = await cache.get(encodeProftpdKey(encoding, id), { deadlineMs });
      if (record === undefined) return undefined;
      const session = decodeProftpdSession(encoding, record);
      if (session === undefined) throw new TlsError('TLS_BAD_RECORD');
      return { der: session.der, endMs: session.expiresS * 1000 };
    },
    async set(id, der, endMs) {
      const expiresS = Math.floor(endMs / 1000);
      const record = encodeProftpdSession(encoding, { der, expiresS });
      if (record === undefined) return;
      await cache.set(encodeProftpdKey(encoding, id), record, { expiresAtMs: expiresS * 1000, deadlineMs });
    },
    async delete(id) {
      await cache.delete(encodeProftpdKey(encoding, id), { deadlineMs });
    },
  };
}

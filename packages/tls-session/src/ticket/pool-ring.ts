import { isCacheError, type Cache, type RecordCodec } from '@ftpd/cache';
import { TlsError } from '../errors.ts';
import { decodeRing, encodeRing } from './ring-record.ts';
import {
  advanceRing,
  isOpening,
  mergeRings,
  nameOf,
  type RotationRules,
  type TicketKeyRing,
} from './ticket-key.ts';

export interface PoolRingOptions {
  readonly cache: Cache;
  readonly codec: RecordCodec;
  readonly key: Uint8Array;
  readonly rules: RotationRules;
  readonly deadlineMs: number;
  readonly now: () => number;
  readonly randomBytes: (bytes: number) => Buffer;
  /** Told when this node has written something new for the others. */
  readonly onWritten: () => void;
  /** Told of what is in the cache and can't be used. */
  readonly onRefused: (error: Error) => void;
}

/** The ring that all nodes of a pool have in common. There is no leader: whoever finds something missing adds it. */
export interface PoolRing {
  /**
   * Reads the pool's ring, adds what is due in it or what this node knows and the pool lost, and writes it by
   * compare-and-set.
   * @param known - What this node had from the pool so far.
   * @param own - What it made itself: added to the pool's.
   * @param first - What the ring begins with if there is none.
   * @throws {CacheError}
   */
  agree(known: TicketKeyRing, own: TicketKeyRing, first: TicketKeyRing): Promise<TicketKeyRing>;
}

const maxAttempts = 16;

export function createPoolRing(options: PoolRingOptions): PoolRing {
  const { cache, codec, key, rules, deadlineMs, now, randomBytes, onWritten, onRefused } = options;
  /** The newest generation seen: what is older was put back by somebody. */
  let seen = 0;
  /** What is no ring is told once, until there is one again. */
  let isRefusing = false;

  const open = (record: Uint8Array): TicketKeyRing | undefined => {
    try {
      const { content, generation } = codec.open(key, record, seen);
      const ring = decodeRing(content);
      if (ring === undefined) throw new TlsError('TLS_BAD_KEYS');
      seen = generation;
      isRefusing = false;
      return ring;
    } catch (error) {
      if (!isCacheError(error, 'CACHE_BAD_RECORD') && !(error instanceof TlsError)) throw error;
      if (!isRefusing) onRefused(error);
      isRefusing = true;
      return undefined;
    }
  };

  /** What is not worth a write: it will open nothing soon. */
  const isWorthKeeping = (ring: TicketKeyRing, nowMs: number): TicketKeyRing =>
    ring.filter((each) => isOpening(each, nowMs + rules.rotateMs, rules));

  return {
    async agree(known, own, first) {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const entry = await cache.getEntry(key, { deadlineMs });
        const pool = entry === undefined ? undefined : open(entry.value);
        const nowMs = now();
        const missed = mergeRings(isWorthKeeping(known, nowMs), own);
        const base = pool ?? (missed.length > 0 ? [] : first);
        const ring = advanceRing(mergeRings(base, missed), nowMs, rules, randomBytes);
        const names = new Set(pool?.map(nameOf));
        if (pool !== undefined && ring.every((each) => names.has(nameOf(each)))) return ring;
        // More than was seen, so that nobody takes it for an old one.
        const generation = Math.max(Math.floor(nowMs), seen + 1);
        const record = codec.seal(key, encodeRing(ring), generation);
        const lifetime = { ttlMs: (rules.generations + 2) * rules.rotateMs, deadlineMs };
        const isStored =
          entry === undefined
            ? await cache.add(key, record, lifetime)
            : await cache.replace(key, entry.version, record, lifetime);
        if (!isStored) continue;
        seen = Math.max(seen, generation);
        // Two pools with different secrets on one cache would answer each other for ever.
        if (entry === undefined || pool !== undefined) onWritten();
        return ring;
      }
      // So many others wrote in between that the next look will find a ring to agree with.
      return known;
    },
  };
}

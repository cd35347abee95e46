import {
  createRecordCodec,
  createSealedRecords,
  isCacheError,
  withNamespace,
  type Cache,
  type PoolSecret,
  type StoreOptions,
} from '@ftpd/cache';
import { createHash } from 'node:crypto';
import type { CertificateFacts } from './certificate.ts';
import type { OcspEvent } from './ocsp-events.ts';
import {
  decodeProftpdOcspRecord,
  encodeProftpdOcspKey,
  encodeProftpdOcspRecord,
  proftpdOcspPrefix,
  type ProftpdOcspStore,
} from './proftpd-record.ts';
import type { VerifiedResponse } from './verify.ts';

const keyPrefix = 'ftpd.ocsp.';

/** What somebody left in the cache: to be verified. */
export interface SharedAnswer {
  readonly from: 'pool' | 'proftpd';
  readonly bytes: Buffer;
}

/** The answers that a pool has together. Nothing here fails: an outage is no answer, and is told as an event. */
export interface SharedAnswers {
  read(certificate: CertificateFacts): Promise<readonly SharedAnswer[]>;
  write(certificate: CertificateFacts, response: VerifiedResponse): Promise<void>;
  /** Takes it upon this process to ask the responder. @returns false if another one has, not longer than `ttlMs` ago. */
  claim(certificate: CertificateFacts, ttlMs: number): Promise<boolean>;
}

export interface SharedAnswersOptions {
  readonly cache: Cache;
  readonly secret: PoolSecret | undefined;
  readonly proftpdStore: ProftpdOcspStore | undefined;
  readonly deadlineMs: number;
  readonly onEvent: (event: OcspEvent) => void;
  readonly now: () => number;
}

/** How records of our own are kept: sealed where there is a secret. What they hold is public, and verified by who reads it. */
interface Records {
  get(key: Buffer): Promise<Uint8Array | undefined>;
  set(key: Buffer, content: Uint8Array, options: StoreOptions): Promise<void>;
}

function recordsIn({ cache, secret, deadlineMs, now }: SharedAnswersOptions): Records {
  if (secret === undefined)
    return {
      get: (key) => cache.get(key, { deadlineMs }),
      set: (key, content, options) => cache.set(key, content, options),
    };
  const sealed = createSealedRecords(cache, createRecordCodec(secret, { type: 'ocsp', version: 1 }), { now });
  return {
    get: async (key) => (await sealed.get(key, { deadlineMs }))?.content,
    set: (key, content, options) => sealed.set(key, content, options),
  };
}

export function createSharedAnswers(options: SharedAnswersOptions): SharedAnswers {
  const { cache, proftpdStore, deadlineMs, onEvent, now } = options;
  const own = recordsIn(options);
  const proftpd =
    proftpdStore === undefined
      ? undefined
      : withNamespace(cache.withoutDeadServers?.() ?? cache, proftpdOcspPrefix(proftpdStore));
  let isOut = false;

  const attempt = async <Value>(action: Promise<Value>): Promise<Value | undefined> => {
    try {
      const value = await action;
      if (isOut) onEvent({ type: 'recovery' });
      isOut = false;
      return value;
    } catch (error) {
      if (!isOut) onEvent({ type: 'outage', error });
      isOut = true;
      return undefined;
    }
  };

  return {
    async read(certificate) {
      const [ours, theirs] = await Promise.all([
        // A record that was forged or put back is as good as none.
        attempt(own.get(keyOf(certificate)).catch(ignoreBadRecord)),
        proftpd && attempt(proftpd.get(encodeProftpdOcspKey(certificate.certificate), { deadlineMs })),
      ]);
      const record = theirs && decodeProftpdOcspRecord(theirs);
      return [
        ...(ours === undefined ? [] : [{ from: 'pool', bytes: Buffer.from(ours) } as const]),
        ...(record === undefined ? [] : [{ from: 'proftpd', bytes: record.response } as const]),
      ];
    },

    async write(certificate, { bytes, endMs }) {
      const lifetime = { expiresAtMs: endMs, deadlineMs };
      const record = encodeProftpdOcspRecord({ response: bytes, storedS: Math.floor(now() / 1000) });
      await Promise.all([
        attempt(own.set(keyOf(certificate), bytes, lifetime)),
        proftpd &&
          record &&
          attempt(proftpd.set(encodeProftpdOcspKey(certificate.certificate), record, lifetime)),
      ]);
    },

    async claim(certificate, ttlMs) {
      const key = Buffer.concat([keyOf(certificate), Buffer.from('.asked')]);
      return (await attempt(cache.add(key, Buffer.of(1), { ttlMs, deadlineMs }))) ?? true;
    },
  };
}

function ignoreBadRecord(error: unknown): undefined {
  if (isCacheError(error) && error.code === 'CACHE_BAD_RECORD') return undefined;
  throw error;
}

function keyOf({ certificate }: CertificateFacts): Buffer {
  return Buffer.from(`${keyPrefix}${createHash('sha256').update(certificate.raw).digest('hex')}`);
}

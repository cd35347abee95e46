import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { CacheError } from '../errors.ts';
import type { PoolSecret } from './pool-secret.ts';

/** The first byte of a record; another layout would have another one. */
const layout = 0xf1;
const nonceBytes = 12;
const tagBytes = 16;
const generationBytes = 8;

/** How much longer than its content a record is, at the most. */
export const maxSealBytes: number = 1 + 1 + 32 + generationBytes + nonceBytes + tagBytes;

export interface RecordKind {
  /** What the records are for, such as `ticket-keys`: 1 to 64 letters, digits, `.`, `_`, `-`. */
  readonly type: string;
  /** The version of what they hold, 0 to 65,535: a record of another version is not opened. */
  readonly version: number;
}

export interface OpenedRecord {
  readonly content: Uint8Array;
  /** Which one it is of those under its key, as its writer counted: 0 to 2^53 - 1. */
  readonly generation: number;
}

/** Seals records of one kind, and opens them. */
export interface RecordCodec {
  /** @param key - The whole key under which the record is kept: under another one it will not open. */
  seal(key: Uint8Array, content: Uint8Array, generation: number): Uint8Array;
  /**
   * @param minGeneration - What is older is refused: somebody put it back. Default 0.
   * @throws {CacheError} CACHE_BAD_RECORD, whatever is wrong with it.
   */
  open(key: Uint8Array, record: Uint8Array, minGeneration?: number): OpenedRecord;
}

/**
 * Records that only the pool can read and write: AES-256-GCM with a key derived for this type (HKDF), and with type,
 * version, key and generation bound to the content.
 *
 * Layout: layout 1 · length of the secret's id 1 · id · generation 8 · nonce 12 · sealed content · tag 16.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function createRecordCodec(secret: PoolSecret, { type, version }: RecordKind): RecordCodec {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(type) || !Number.isInteger(version) || version < 0 || version > 0xffff)
    throw new CacheError('CACHE_BAD_OPTION', {
      message: 'type is 1 to 64 letters, digits, ., _ or -; version a whole number from 0 to 65535',
    });
  // Key objects: to make one of bytes costs Node.js five times as much as to open a short record.
  const keys = new Map(secret.ids.map((id) => [id, createSecretKey(secret.deriveKey(id, type)!)]));

  /** The same in all that is bound: version, lengths of type and key, type. */
  const beginning = Buffer.alloc(6 + type.length);
  beginning.writeUInt16BE(version, 0);
  beginning.writeUInt16BE(type.length, 2);
  beginning.write(type, 6, 'latin1');

  /** What is authenticated but not hidden; lengths go before what varies, so that nothing can be read two ways. */
  const bound = (head: Uint8Array, key: Uint8Array): Buffer => {
    const bytes = Buffer.concat([beginning, key, head]);
    bytes.writeUInt16BE(key.length, 4);
    return bytes;
  };

  return {
    seal(key, content, generation) {
      if (!Number.isSafeInteger(generation) || generation < 0)
        throw new CacheError('CACHE_BAD_OPTION', { message: 'A generation is a whole number from 0' });
      const id = secret.sealingId;
      const head = Buffer.alloc(2 + id.length + generationBytes);
      head.writeUInt8(layout, 0);
      head.writeUInt8(id.length, 1);
      head.write(id, 2, 'latin1');
      head.writeBigUInt64BE(BigInt(generation), 2 + id.length);
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keys.get(id)!, nonce, { authTagLength: tagBytes });
      cipher.setAAD(bound(head, key));
      const sealed = cipher.update(content);
      // GCM holds nothing back.
      cipher.final();
      return Buffer.concat([head, nonce, sealed, cipher.getAuthTag()]);
    },

    open(key, record, minGeneration = 0) {
      const bytes = Buffer.from(record.buffer, record.byteOffset, record.length);
      const idLength = bytes[1] ?? 0;
      const headLength = 2 + idLength + generationBytes;
      if (bytes[0] !== layout || bytes.length < headLength + nonceBytes + tagBytes) throw badRecord();
      const head = bytes.subarray(0, headLength);
      const secretKey = keys.get(head.toString('latin1', 2, 2 + idLength));
      if (secretKey === undefined) throw badRecord();
      const sealed = bytes.subarray(headLength + nonceBytes, -tagBytes);
      const nonce = bytes.subarray(headLength, headLength + nonceBytes);
      const decipher = createDecipheriv('aes-256-gcm', secretKey, nonce, { authTagLength: tagBytes });
      decipher.setAAD(bound(head, key)).setAuthTag(bytes.subarray(-tagBytes));
      let content: Buffer;
      try {
        content = decipher.update(sealed);
        decipher.final();
      } catch {
        throw badRecord();
      }
      const generation = head.readBigUInt64BE(2 + idLength);
      if (generation > BigInt(Number.MAX_SAFE_INTEGER) || generation < BigInt(Math.ceil(minGeneration)))
        throw badRecord();
      return { content, generation: Number(generation) };
    },
  };
}

/** Which of the faults it was is nothing to tell whoever forged it. */
function badRecord(): CacheError {
  return new CacheError('CACHE_BAD_RECORD');
}

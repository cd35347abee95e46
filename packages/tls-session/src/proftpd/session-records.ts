import { createTplCodec, isTplError } from '@ftpd/tpl';
import { maxSessionBytes } from '../session/session-record.ts';
import type { ProftpdSessions } from '../tls-sessions.ts';

/** A session as ProFTPD keeps it. */
export interface ProftpdSession {
  /** DER, at the most 10,240 bytes. */
  readonly der: Uint8Array;
  /** Seconds since the epoch. */
  readonly expiresS: number;
}

/** The namespaces, which memcached's ring does not see. */
export const proftpdPrefixes: Readonly<Record<ProftpdSessions['store'], string>> = {
  memcache: 'mod_tls_memcache.sessions.',
  redis: 'mod_tls_redis.sessions.',
};

const maxU32 = 0xffff_ffff;
const maxJsonBytes = 16_384;
const keyCodec = createTplCodec('s', { maxBytes: 256 });
const valueCodec = createTplCodec('S(uic#)', { counts: [maxSessionBytes], maxBytes: 16_384 });

/** The key of a session, without the namespace. */
export function encodeProftpdKey(encoding: ProftpdSessions['encoding'], id: Uint8Array): Uint8Array {
  const hex = Buffer.from(id).toString('hex');
  return encoding === 'tpl' ? keyCodec.encode([Buffer.from(hex)]) : Buffer.from(`{"id":"${hex}"}\0`);
}

/**
 * The record, byte for byte as ProFTPD writes it; as TPL in the layout of its releases, and with zeros behind the session,
 * where it leaves what was in its memory.
 */
export function encodeProftpdSession(
  encoding: ProftpdSessions['encoding'],
  { der, expiresS }: ProftpdSession,
): Uint8Array | undefined {
  if (der.length === 0 || der.length > maxSessionBytes || expiresS > maxU32) return undefined;
  if (encoding === 'json')
    return Buffer.from(
      `{"expires":${expiresS},"data":"${Buffer.from(der).toString('base64')}","data_len":${der.length}}\0`,
    );
  const room = new Uint8Array(maxSessionBytes);
  room.set(der);
  return valueCodec.encode([expiresS, der.length, room]);
}

/** Reads what is in a cache, which may be anything. @returns undefined if it is no record. */
export function decodeProftpdSession(
  encoding: ProftpdSessions['encoding'],
  bytes: Uint8Array,
): ProftpdSession | undefined {
  return encoding === 'tpl' ? decodeTpl(bytes) : decodeJson(bytes);
}

function decodeTpl(bytes: Uint8Array): ProftpdSession | undefined {
  const values = readImage(bytes);
  if (values === undefined) return undefined;
  const [low, second, room] = values;
  // Releases: when it expires, the length, the session. Later sources have times of 64 bits, which push the length into the
  // room of the session.
  if (second > 0) {
    if (second > room.length) return undefined;
    return { der: Uint8Array.from(room.subarray(0, second)), expiresS: low };
  }
  const length = new DataView(room.buffer, room.byteOffset).getInt32(0, true);
  if (second !== 0 || length <= 0 || length > room.length - 4) return undefined;
  return { der: Uint8Array.from(room.subarray(4, 4 + length)), expiresS: low };
}

function readImage(bytes: Uint8Array): readonly [number, number, Uint8Array] | undefined {
  try {
    const [low, second, room] = valueCodec.decode(bytes);
    return [low, second, Uint8Array.from(room)];
  } catch (error) {
    if (isTplError(error)) return undefined;
    throw error;
  }
}

function decodeJson(bytes: Uint8Array): ProftpdSession | undefined {
  if (bytes.length > maxJsonBytes || bytes[0] !== 0x7b) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  let value: Readonly<Record<string, unknown>>;
  try {
    value = JSON.parse(text.endsWith('\0') ? text.slice(0, -1) : text) as typeof value;
  } catch {
    return undefined;
  }
  const { expires, data, data_len: length } = value;
  if (!isWhole(expires) || !isWhole(length) || typeof data !== 'string') return undefined;
  const der = Buffer.from(data, 'base64');
  // What does not come out as it went in is no base64 of one line, with its padding.
  if (der.length !== length || length === 0 || length > maxSessionBytes || der.toString('base64') !== data)
    return undefined;
  return { der, expiresS: expires };
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxU32;
}

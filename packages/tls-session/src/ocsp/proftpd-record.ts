import type { X509Certificate } from 'node:crypto';

/** Longer ones are not in ProFTPD's caches. */
export const maxProftpdResponseBytes = 4096;
const maxRecordBytes = 8192;

const keyPrefixes = {
  memcache: 'mod_tls_memcache.ocsp.',
  redis: 'mod_tls_redis.ocsp.',
} as const;

/** Which of ProFTPD's modules wrote it. */
export type ProftpdOcspStore = keyof typeof keyPrefixes;

/** What stands before the keys of its entries: memcached's clients choose a server by the rest. */
export function proftpdOcspPrefix(store: ProftpdOcspStore): string {
  return keyPrefixes[store];
}

/** The key behind the prefix. */
export function encodeProftpdOcspKey(certificate: X509Certificate): Buffer {
  const fingerprint = certificate.fingerprint.replaceAll(':', '').toLowerCase();
  return Buffer.from(`{"fingerprint":"${fingerprint}"}\0`);
}

/** An OCSP response as ProFTPD keeps it. */
export interface ProftpdOcspRecord {
  readonly response: Buffer;
  /** When it was stored, seconds since the epoch; the field is called `expires`. */
  readonly storedS: number;
}

/** @returns undefined for a response that is too long. */
export function encodeProftpdOcspRecord({ response, storedS }: ProftpdOcspRecord): Buffer | undefined {
  if (response.length > maxProftpdResponseBytes) return undefined;
  const encoded = response.toString('base64');
  return Buffer.from(`{"expires":${storedS},"response":"${encoded}","response_len":${response.length}}\0`);
}

const base64Pattern = /^[A-Za-z0-9+/]+={0,2}$/;

/** @returns undefined for what is none: all three fields count, others are left alone, the NUL may be missing. */
export function decodeProftpdOcspRecord(bytes: Uint8Array): ProftpdOcspRecord | undefined {
  if (bytes.length > maxRecordBytes) return undefined;
  const text = Buffer.from(bytes).toString('latin1');
  const fields = parseObject(text.endsWith('\0') ? text.slice(0, -1) : text);
  const { expires, response: encoded, response_len: length } = fields ?? {};
  if (typeof expires !== 'number' || !Number.isSafeInteger(expires) || expires < 0) return undefined;
  if (typeof length !== 'number' || !(length > 0 && length <= maxProftpdResponseBytes)) return undefined;
  if (typeof encoded !== 'string' || encoded.length % 4 !== 0 || !base64Pattern.test(encoded))
    return undefined;
  const response = Buffer.from(encoded, 'base64');
  return response.length === length ? { response, storedS: expires } : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

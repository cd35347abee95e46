import { derTag, readDer, readUnsigned, readWhole } from './der.ts';

/** What Node.js and OpenSSL take as a session, at the most. */
export const maxSessionBytes = 10_240;

/** A session as `i2d_SSL_SESSION` of OpenSSL writes it. Slices of the bytes that were read. */
export interface SessionRecord {
  /** Such as 0x0303. */
  readonly version: number;
  readonly cipher: Uint8Array;
  readonly id: Uint8Array;
  /** Of TLS 1.3: its resumption secret. */
  readonly masterKey: Uint8Array;
  /** Seconds since the epoch, and of lifetime. */
  readonly startS: number;
  readonly timeoutS: number;
  readonly context: Uint8Array;
  /** Of OpenSSL's X509_verify_cert; 0 is good. */
  readonly verifyResult: number;
  /** DER. */
  readonly peerCertificate?: Uint8Array;
  readonly hostName?: Uint8Array;
  /** The numbers of the optional fields that are there, as bits. */
  readonly fields: number;
}

/** What an optional field holds, by its context-specific tag. A field that is not named here is in no session of a server. */
const integer = { tag: derTag.integer, maxBytes: 10 };
const octets = (maxBytes: number) => ({ tag: derTag.octetString, maxBytes });
const optionalFields: Readonly<Record<number, { readonly tag: number; readonly maxBytes: number }>> = {
  1: integer,
  2: integer,
  3: { tag: derTag.sequence, maxBytes: maxSessionBytes },
  4: octets(32),
  5: integer,
  6: octets(255),
  9: integer,
  10: octets(maxSessionBytes),
  13: integer,
  14: integer,
  15: integer,
  16: octets(255),
  17: integer,
  18: octets(4096),
  19: integer,
};

/**
 * Reads a session strictly: every length in its shortest form, fields in order and once, nothing behind them.
 * @returns undefined if it is none.
 */
export function readSession(bytes: Uint8Array): SessionRecord | undefined {
  if (bytes.length > maxSessionBytes) return undefined;
  const whole = readWhole(bytes, derTag.sequence, 0, bytes.length);
  if (whole === undefined) return undefined;
  let at = whole.start;
  const next = (tag: number): Uint8Array | undefined => {
    const value = readDer(bytes, at, whole.end);
    if (value?.tag !== tag) return undefined;
    at = value.end;
    return bytes.subarray(value.start, value.end);
  };
  const layout = next(derTag.integer);
  const version = next(derTag.integer);
  const cipher = next(derTag.octetString);
  const id = next(derTag.octetString);
  const masterKey = next(derTag.octetString);
  if (layout?.length !== 1 || layout[0] !== 1 || version?.length !== 2 || version[0] !== 3) return undefined;
  if (cipher?.length !== 2 || id === undefined || id.length > 32) return undefined;
  if (masterKey === undefined || masterKey.length === 0 || masterKey.length > 64) return undefined;

  const numbers: Record<number, number> = {};
  const slices: Record<number, Uint8Array> = {};
  let fields = 0;
  for (let last = -1; at < whole.end;) {
    const outer = readDer(bytes, at, whole.end);
    const number = outer === undefined || (outer.tag & 0xe0) !== 0xa0 ? -1 : outer.tag & 0x1f;
    const field = optionalFields[number];
    if (outer === undefined || field === undefined || number <= last) return undefined;
    const inner = readWhole(bytes, field.tag, outer.start, outer.end);
    if (inner === undefined || inner.end - inner.start > field.maxBytes) return undefined;
    if (field.tag === derTag.integer) {
      const value = readUnsigned(bytes, inner);
      if (value === undefined) return undefined;
      numbers[number] = value;
    } else {
      slices[number] = bytes.subarray(field.tag === derTag.sequence ? outer.start : inner.start, inner.end);
    }
    fields |= 1 << number;
    last = number;
    at = outer.end;
  }
  const { 1: startS, 2: timeoutS, 5: verifyResult = 0 } = numbers;
  const { 3: peerCertificate, 4: context = bytes.subarray(0, 0), 6: hostName } = slices;
  if (startS === undefined || timeoutS === undefined) return undefined;
  return {
    version: 0x300 + version[1]!,
    cipher,
    id,
    masterKey,
    startS,
    timeoutS,
    context,
    verifyResult,
    ...(peerCertificate === undefined ? {} : { peerCertificate }),
    ...(hostName === undefined ? {} : { hostName }),
    fields,
  };
}

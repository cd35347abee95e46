import { createHash } from 'node:crypto';
import { TlsError } from '../errors.ts';
import { derTag, readDer, readWhole, type DerValue } from '../session/der.ts';

/** What a revocation list says. @see RFC 5280 section 5 */
export interface RevocationList {
  /** The DER of the issuer's name, in hexadecimal. */
  readonly issuer: string;
  /** Serial numbers, in hexadecimal as in DER. */
  readonly serials: ReadonlySet<string>;
  /** After this it says nothing any more, ms since the epoch. Infinity: it does not say when. */
  readonly nextUpdateMs: number;
  readonly fingerprint: string;
}

const pemList = /-----BEGIN X509 CRL-----([^-]*)-----END X509 CRL-----/g;

/** @throws {TlsError} TLS_BAD_LIST */
export function readRevocations(bytes: string | Uint8Array): RevocationList[] {
  const raw = Buffer.from(bytes as string);
  const blocks = [...raw.toString('latin1').matchAll(pemList)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64'),
  );
  return (blocks.length === 0 ? [raw] : blocks).map((der) => {
    const list = readList(der);
    if (list === undefined) throw new TlsError('TLS_BAD_LIST');
    return list;
  });
}

function readList(der: Uint8Array): RevocationList | undefined {
  const whole = readWhole(der, derTag.sequence, 0, der.length);
  const content = whole && readDer(der, whole.start, whole.end);
  if (content?.tag !== derTag.sequence) return undefined;
  const values = readAll(der, content);
  if (values === undefined) return undefined;
  const [first, ...others] = values;
  // The version is there in all but the oldest lists.
  const [, issuer, thisUpdate, ...rest] = first?.tag === derTag.integer ? others : values;
  if (issuer?.tag !== derTag.sequence || thisUpdate === undefined || !isTime(thisUpdate)) return undefined;
  const [next, ...afterNext] = rest;
  const isNextThere = next !== undefined && isTime(next);
  const revoked = isNextThere ? afterNext[0] : next;
  const serials = new Set<string>();
  if (revoked?.tag === derTag.sequence) {
    const entries = readAll(der, revoked);
    if (entries === undefined) return undefined;
    for (const entry of entries) {
      const serial = readDer(der, entry.start, entry.end);
      if (entry.tag !== derTag.sequence || serial?.tag !== derTag.integer) return undefined;
      serials.add(hex(der, serial.start, serial.end));
    }
  }
  const nextUpdateMs = isNextThere ? readTime(der, next) : Infinity;
  if (Number.isNaN(nextUpdateMs)) return undefined;
  return {
    issuer: hex(der, issuer.start, issuer.end),
    serials,
    nextUpdateMs,
    fingerprint: createHash('sha256').update(der).digest('hex'),
  };
}

/** Issuer and serial number of a certificate, as revocation lists name it. */
export function readCertificateNames(der: Uint8Array): { issuer: string; serial: string } | undefined {
  const whole = readWhole(der, derTag.sequence, 0, der.length);
  const content = whole && readDer(der, whole.start, whole.end);
  const values = content && readAll(der, content);
  if (values === undefined) return undefined;
  const [serial, , issuer] = values[0]?.tag === 0xa0 ? values.slice(1) : values;
  if (serial?.tag !== derTag.integer || issuer?.tag !== derTag.sequence) return undefined;
  return { issuer: hex(der, issuer.start, issuer.end), serial: hex(der, serial.start, serial.end) };
}

function readAll(der: Uint8Array, { start, end }: DerValue): DerValue[] | undefined {
  const values: DerValue[] = [];
  for (let at = start; at < end;) {
    const value = readDer(der, at, end);
    if (value === undefined) return undefined;
    values.push(value);
    at = value.end;
  }
  return values;
}

function isTime({ tag }: DerValue): boolean {
  return tag === derTag.utcTime || tag === derTag.generalizedTime;
}

/** @returns ms since the epoch, NaN if it is no time. @see RFC 5280 section 4.1.2.5 */
function readTime(der: Uint8Array, { tag, start, end }: DerValue): number {
  const text = Buffer.from(der.buffer, der.byteOffset + start, end - start).toString('latin1');
  const digits = tag === derTag.utcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  if (!/^\d{14}Z$/.test(digits)) return NaN;
  return Date.parse(digits.replace(/(....)(..)(..)(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

function hex(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('hex');
}

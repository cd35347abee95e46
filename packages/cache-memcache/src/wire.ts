// The one file that knows memjs.
export { fromBuffer as readHeader, type ResponseHeader } from 'memjs/lib/memjs/header.js';
export { errors as statusTexts } from 'memjs/lib/memjs/protocol.js';
import { makeAmountInitialAndExpiration, makeExpiration, makeRequestBuffer } from 'memjs/lib/memjs/utils.js';

/** Commands of memcached's binary protocol. @see protocol_binary of memcached 1.6 */
export const opcodes = {
  GET: 0x00,
  SET: 0x01,
  ADD: 0x02,
  DELETE: 0x04,
  INCREMENT: 0x05,
  NOOP: 0x0a,
  GETK: 0x0c,
  GETKQ: 0x0d,
  STAT: 0x10,
  SETQ: 0x11,
  DELETEQ: 0x14,
  TOUCH: 0x1c,
  SASL_AUTH: 0x21,
} as const;

/** Statuses of a response that callers tell apart. */
export const statuses = {
  OK: 0x00,
  NOT_FOUND: 0x01,
  EXISTS: 0x02,
  TOO_LARGE: 0x03,
  NOT_STORED: 0x05,
  NOT_A_NUMBER: 0x06,
  AUTHENTICATION_FAILED: 0x08,
  AUTHENTICATION_NEEDED: 0x20,
  UNKNOWN_COMMAND: 0x81,
  OUT_OF_MEMORY: 0x82,
} as const;

export const HEADER_BYTES = 24;

const CAS_AT = 16;
const FLAGS_AND_EXPTIME_BYTES = 8;
const EXPTIME_AT = 4;
const COUNTER_AMOUNT_BYTES = 8;

export const NOTHING: Uint8Array = new Uint8Array(0);

/** One request before it has its number. */
export interface Request {
  readonly opcode: number;
  readonly key: Uint8Array;
  readonly extras: Uint8Array;
  readonly value: Uint8Array;
  /** What the entry's CAS must be. Absent: no matter. */
  readonly cas?: Uint8Array;
}

/** @param opaque - 0 to 2^32 - 1. @returns a buffer of its own: nothing of the request is kept. */
export function encodeRequest({ opcode, key, extras, value, cas }: Request, opaque: number): Buffer {
  // memjs copies what is no Buffer before it copies it into the request: a view is free.
  const bytes = makeRequestBuffer(opcode, asBuffer(key), asBuffer(extras), asBuffer(value), opaque);
  if (cas !== undefined) bytes.set(cas, CAS_AT);
  return bytes;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Extras of SET and ADD: flags are 0, as ProFTPD writes them. */
export function storeExtras(exptime: number): Uint8Array {
  const extras = Buffer.alloc(FLAGS_AND_EXPTIME_BYTES);
  extras.writeUInt32BE(exptime, EXPTIME_AT);
  return extras;
}

export function touchExtras(exptime: number): Uint8Array {
  return makeExpiration(exptime);
}

/** @param delta - Below 2^32; also the value of a counter that is made. @param exptime - Of a counter that is made. */
export function incrementExtras(delta: number, exptime: number): Uint8Array {
  return makeAmountInitialAndExpiration(delta, delta, exptime);
}

/** INCREMENT with this exptime makes no counter. */
export const MAKE_NO_COUNTER = 0xff_ff_ff_ff;

/** Extras of an INCREMENT that takes an earlier one back: counters are modulo 2^64. */
export function undoExtras(delta: number): Uint8Array {
  const extras = Buffer.alloc(COUNTER_AMOUNT_BYTES * 2 + 4);
  extras.writeBigUInt64BE(2n ** 64n - BigInt(delta), 0);
  extras.writeUInt32BE(MAKE_NO_COUNTER, COUNTER_AMOUNT_BYTES * 2);
  return extras;
}

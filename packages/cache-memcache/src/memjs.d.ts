// What we use of memjs: its codec. The client around it (memjs/lib/memjs/{memjs,server}.js) is not used.

declare module 'memjs/lib/memjs/utils.js' {
  /** A whole request, header included. Everything given is copied. */
  export function makeRequestBuffer(
    opcode: number,
    key: Uint8Array | string,
    extras: Uint8Array | string,
    value: Uint8Array | string,
    opaque?: number,
  ): Buffer;
  /** Extras of INCREMENT; amounts below 2^32. */
  export function makeAmountInitialAndExpiration(
    amount: number,
    amountIfEmpty: number,
    expiration: number,
  ): Buffer;
  /** Extras of TOUCH. */
  export function makeExpiration(expiration: number): Buffer;
}

declare module 'memjs/lib/memjs/header.js' {
  export interface ResponseHeader {
    magic: number;
    opcode: number;
    keyLength: number;
    extrasLength: number;
    dataType: number;
    status: number;
    totalBodyLength: number;
    opaque: number;
    /** A view of the buffer that was read. */
    cas: Buffer;
  }
  /** @param headerBuf - At least 24 bytes. */
  export function fromBuffer(headerBuf: Buffer): ResponseHeader;
}

declare module 'memjs/lib/memjs/protocol.js' {
  /** A sentence for each status of a response. */
  export const errors: Readonly<Record<number, string>>;
}

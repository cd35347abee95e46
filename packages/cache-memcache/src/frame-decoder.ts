import { HEADER_BYTES, readHeader, type ResponseHeader } from './wire.ts';

const RESPONSE_MAGIC = 0x81;

const notBinary = 'it does not speak the binary protocol';

/** memcached's largest entry by default is 1 MiB, its key included; the rest is room for extras. */
const MAX_BODY_BYTES = 1_048_576 + 1024;

/** The server said what cannot be understood. The message says what it did, for the log. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** One response. Both parts are views of receiving memory: copy what is to be kept. */
export interface Frame {
  readonly header: ResponseHeader;
  readonly body: Buffer;
}

export function keyOf({ header, body }: Frame): Buffer {
  return body.subarray(header.extrasLength, header.extrasLength + header.keyLength);
}

export function valueOf({ header, body }: Frame): Buffer {
  return body.subarray(header.extrasLength + header.keyLength);
}

/**
 * Cuts a stream of bytes into responses. Each byte is copied once at the most, and never more than one response is held.
 * One per connection: what an old one left must not meet the bytes of a new one.
 */
export class FrameDecoder {
  readonly #head = Buffer.alloc(HEADER_BYTES);
  #headFilled = 0;
  #header: ResponseHeader | undefined;
  #body = Buffer.alloc(0);
  #bodyFilled = 0;

  /** @throws {ProtocolError} no bytes may be given any more. */
  push(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#header !== undefined) at += this.#fillBody(chunk, at, onFrame);
      else if (this.#headFilled > 0 || chunk.length - at < HEADER_BYTES)
        at += this.#fillHead(chunk, at, onFrame);
      else at += this.#readWhole(chunk, at, onFrame);
    }
  }

  /** The usual case: a response that lies whole in one chunk is not copied. */
  #readWhole(chunk: Buffer, at: number, onFrame: (frame: Frame) => void): number {
    const header = checkHeader(readHeader(chunk.subarray(at, at + HEADER_BYTES)));
    const bodyAt = at + HEADER_BYTES;
    const end = bodyAt + header.totalBodyLength;
    if (end > chunk.length) {
      this.#begin(header);
      return HEADER_BYTES;
    }
    onFrame({ header, body: chunk.subarray(bodyAt, end) });
    return end - at;
  }

  #fillHead(chunk: Buffer, at: number, onFrame: (frame: Frame) => void): number {
    const taken = chunk.copy(this.#head, this.#headFilled, at);
    this.#headFilled += taken;
    // Known by its first byte, though it may never send a whole header.
    if (this.#head[0] !== RESPONSE_MAGIC) throw new ProtocolError(notBinary);
    if (this.#headFilled === HEADER_BYTES) {
      this.#headFilled = 0;
      const header = checkHeader(readHeader(this.#head));
      if (header.totalBodyLength === 0) onFrame({ header, body: this.#body.subarray(0, 0) });
      else this.#begin(header);
    }
    return taken;
  }

  #fillBody(chunk: Buffer, at: number, onFrame: (frame: Frame) => void): number {
    const taken = chunk.copy(this.#body, this.#bodyFilled, at);
    this.#bodyFilled += taken;
    if (this.#bodyFilled === this.#body.length) {
      const frame: Frame = { header: this.#header as ResponseHeader, body: this.#body };
      this.#header = undefined;
      onFrame(frame);
    }
    return taken;
  }

  #begin(header: ResponseHeader): void {
    this.#header = header;
    this.#body = Buffer.allocUnsafeSlow(header.totalBodyLength);
    this.#bodyFilled = 0;
  }
}

function checkHeader(header: ResponseHeader): ResponseHeader {
  const { magic, dataType, totalBodyLength, keyLength, extrasLength } = header;
  if (magic !== RESPONSE_MAGIC || dataType !== 0) throw new ProtocolError(notBinary);
  if (totalBodyLength > MAX_BODY_BYTES) throw new ProtocolError(`an answer of ${totalBodyLength} bytes`);
  if (keyLength + extrasLength > totalBodyLength)
    throw new ProtocolError('the lengths of an answer contradict');
  return header;
}

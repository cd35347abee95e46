/** What is no DER, or not the DER that was expected. Never leaves this folder: its callers say what they refuse. */
export class DerFault extends Error {
  override readonly name = 'DerFault';
}

/** One value with a tag of one byte and a definite length. */
export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content. */
  readonly whole: Buffer;
}

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  /** A context tag around another value. */
  explicit: (number: number): number => 0xa0 + number,
  /** A context tag instead of the tag of a value that holds no others. */
  implicit: (number: number): number => 0x80 + number,
} as const;

/** @throws {DerFault} */
function valueAt(bytes: Buffer, start: number): DerValue {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) throw new DerFault('cut');
  if ((tag & 0x1f) === 0x1f) throw new DerFault('a tag of several bytes');
  let head = 2;
  let length = first;
  if (first >= 0x80) {
    const count = first - 0x80;
    if (count < 1 || count > 3) throw new DerFault('an indefinite length, or one of more than three bytes');
    if (start + 2 + count > bytes.length) throw new DerFault('cut');
    length = bytes.readUIntBE(start + 2, count);
    if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw new DerFault('a length that is too long');
    head += count;
  }
  const end = start + head + length;
  if (end > bytes.length) throw new DerFault('cut');
  return { tag, content: bytes.subarray(start + head, end), whole: bytes.subarray(start, end) };
}

/** The one value that the bytes are. @throws {DerFault} */
export function readDer(bytes: Buffer, tag: number): DerValue {
  const value = valueAt(bytes, 0);
  if (value.whole.length !== bytes.length) throw new DerFault('bytes behind it');
  return tagged(value, tag);
}

/** @throws {DerFault} */
export function tagged(value: DerValue | undefined, tag: number): DerValue {
  if (value?.tag !== tag) throw new DerFault(`not the tag ${tag}`);
  return value;
}

/**
 * The values inside a constructed one.
 * @param max - More are refused.
 * @throws {DerFault}
 */
export function childrenOf(value: DerValue | undefined, tag: number, max = 32): readonly DerValue[] {
  const { content } = tagged(value, tag);
  const children: DerValue[] = [];
  for (let at = 0; at < content.length;) {
    if (children.length === max) throw new DerFault(`more than ${max} values`);
    const child = valueAt(content, at);
    children.push(child);
    at += child.whole.length;
  }
  return children;
}

/** Takes values in their order, the optional ones if they are there. */
export class DerSequence {
  readonly #values: readonly DerValue[];
  #at = 0;

  constructor(values: readonly DerValue[]) {
    this.#values = values;
  }

  /** @throws {DerFault} */
  next(tag: number): DerValue {
    return tagged(this.#values[this.#at++], tag);
  }

  /** Whatever comes. @throws {DerFault} if nothing does. */
  any(): DerValue {
    const value = this.#values[this.#at++];
    if (value === undefined) throw new DerFault('cut');
    return value;
  }

  optional(tag: number): DerValue | undefined {
    return this.#values[this.#at]?.tag === tag ? this.#values[this.#at++] : undefined;
  }

  /** @throws {DerFault} if something is left. */
  end(): void {
    if (this.#at < this.#values.length) throw new DerFault('values behind it');
  }
}

/** Those of a value that holds values. @throws {DerFault} */
export function sequenceOf(
  value: DerValue | undefined,
  tag: number = derTags.sequence,
  max = 32,
): DerSequence {
  return new DerSequence(childrenOf(value, tag, max));
}

/** The value inside an explicit context tag. @throws {DerFault} */
export function inside(value: DerValue, tag: number): DerValue {
  return readDer(value.content, tag);
}

/** Dotted decimals. @throws {DerFault} */
export function oidOf(value: DerValue | undefined): string {
  const { content } = tagged(value, derTags.oid);
  if (content.length === 0 || content.length > 32 || (content.at(-1) ?? 0x80) >= 0x80)
    throw new DerFault('not an object identifier');
  const parts: number[] = [];
  let part = 0;
  for (const byte of content) {
    if (part === 0 && byte === 0x80) throw new DerFault('not an object identifier');
    part = part * 128 + (byte & 0x7f);
    if (part > 0xffffffff) throw new DerFault('an object identifier that is too large');
    if (byte >= 0x80) continue;
    if (parts.length === 0) {
      const first = Math.min(Math.floor(part / 40), 2);
      parts.push(first, part - first * 40);
    } else parts.push(part);
    part = 0;
  }
  return parts.join('.');
}

/** The bytes of a bit string without unused bits. @throws {DerFault} */
export function bitsOf(value: DerValue | undefined): Buffer {
  const { content } = tagged(value, derTags.bitString);
  if (content[0] !== 0) throw new DerFault('not whole bytes');
  return content.subarray(1);
}

/** The bytes of an integer in its shortest form. @throws {DerFault} */
export function integerOf(value: DerValue | undefined): Buffer {
  const { content } = tagged(value, derTags.integer);
  const [first, second] = content;
  const isPadded =
    second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || isPadded) throw new DerFault('not an integer');
  return content;
}

const generalizedPattern = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** Milliseconds since the epoch. @throws {DerFault} for what is not a UTCTime or GeneralizedTime of RFC 5280 §4.1.2.5. */
export function timeOf(value: DerValue): number {
  let text = value.content.toString('latin1');
  if (value.tag === derTags.utcTime) text = `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`;
  else tagged(value, derTags.generalizedTime);
  const [year, month, day, hour, minute, second] = (generalizedPattern.exec(text) ?? []).slice(1).map(Number);
  if (second === undefined) throw new DerFault('not a time');
  const iso = text.replace(generalizedPattern, '$1-$2-$3T$4:$5:$6.000Z');
  const ms = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  // A date that does not exist would become another one.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== iso) throw new DerFault('not a time');
  return ms;
}

/** A value from what it holds. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const count = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  const head = Buffer.alloc(2 + count);
  head[0] = tag;
  head[1] = 0x80 + count;
  head.writeUIntBE(length, 2, count);
  return Buffer.concat([head, content]);
}

/** Of the identifiers that this folder writes: the first two arcs make one byte. */
export function encodeOid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return encodeDer(derTags.oid, Buffer.from(bytes));
}

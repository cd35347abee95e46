/** What of an SSL_SESSION (OpenSSL's i2d) tells one session from another. */
export interface SessionFields {
  readonly id: Buffer;
  readonly masterKey: Buffer;
}

const sequence = 0x30;
const integer = 0x02;
const octets = 0x04;
const startTime = 0xa1;

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly contentOffset: number;
  readonly end: number;
}

/** One DER element with a length of at most two bytes: sessions have 10 KiB at most. */
function readElement(bytes: Buffer, offset: number): Element | undefined {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) return undefined;
  let length = first;
  let contentOffset = offset + 2;
  if (first === 0x81 || first === 0x82) {
    const count = first - 0x80;
    if (bytes.length < contentOffset + count) return undefined;
    length = bytes.readUIntBE(contentOffset, count);
    contentOffset += count;
  } else if (first >= 0x80) return undefined;
  const end = contentOffset + length;
  if (end > bytes.length) return undefined;
  return { tag, content: bytes.subarray(contentOffset, end), contentOffset, end };
}

/** @returns undefined for what is no session. */
export function readSessionFields(der: Buffer): SessionFields | undefined {
  const outer = readElement(der, 0);
  if (outer?.tag !== sequence) return undefined;
  let offset = outer.contentOffset;
  const found: Buffer[] = [];
  for (const tag of [integer, integer, octets, octets, octets]) {
    const element = readElement(der, offset);
    if (element?.tag !== tag) return undefined;
    found.push(element.content);
    offset = element.end;
  }
  const [, , , id, masterKey] = found;
  return id && masterKey && { id, masterKey };
}

/**
 * The session as if it had begun now: a control connection may be older than a session may be resumed, and its data
 * connections have nothing else to resume.
 * @returns the same bytes where the time can't be set.
 */
export function sessionBegunAt(der: Buffer, nowSeconds: number): Buffer {
  const outer = readElement(der, 0);
  for (let offset = outer?.contentOffset ?? der.length; offset < der.length;) {
    const element = readElement(der, offset);
    if (!element) return der;
    if (element.tag === startTime) {
      const time = readElement(der, element.contentOffset);
      if (time?.tag !== integer || time.content.length < 4 || time.content.length > 6) return der;
      const renewed = Buffer.from(der);
      renewed.writeUIntBE(nowSeconds, time.contentOffset, time.content.length);
      return renewed;
    }
    offset = element.end;
  }
  return der;
}

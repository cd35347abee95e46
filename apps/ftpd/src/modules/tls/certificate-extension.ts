/** One element of DER. */
interface Element {
  readonly tag: number;
  readonly body: Buffer;
  readonly rest: Buffer;
}

const sequence = 0x30;
const objectIdentifier = 0x06;
const octetString = 0x04;
/** `[3]` of TBSCertificate (RFC 5280 §4.1). */
const extensionsTag = 0xa3;
/** UTF8String, PrintableString, IA5String, VisibleString. */
const stringTags: ReadonlySet<number> = new Set([0x0c, 0x13, 0x16, 0x1a]);

/** @returns undefined where there is no whole element */
function elementOf(bytes: Buffer): Element | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 4 || first === 0x80 || bytes.length < 2 + lengthBytes) return undefined;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  const start = 2 + lengthBytes;
  if (bytes.length < start + length) return undefined;
  return { tag, body: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}

function elementsOf(bytes: Buffer): readonly Element[] {
  const elements: Element[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const element = elementOf(rest);
    if (element === undefined) return elements;
    elements.push(element);
    rest = element.rest;
  }
  return elements;
}

/** The bytes of an object identifier (X.690 §8.19). */
export function oidBytes(oid: string): Buffer {
  const [first = 0, second = 0, ...more] = oid.split('.').map(Number);
  return Buffer.from([first * 40 + second, ...more].flatMap(base128));
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
    digits.unshift((left % 128) | 0x80);
  return digits;
}

/**
 * The texts of a certificate's extensions of one kind: the string inside, or the bytes as they are.
 * @param certificate - DER, which OpenSSL has read already.
 */
export function extensionTexts(certificate: Buffer, oid: string): readonly string[] {
  const wanted = oidBytes(oid);
  const [whole] = elementsOf(certificate);
  const [signed] = elementsOf(whole?.body ?? Buffer.alloc(0));
  const block = elementsOf(signed?.body ?? Buffer.alloc(0)).find(({ tag }) => tag === extensionsTag);
  const [list] = elementsOf(block?.body ?? Buffer.alloc(0));
  return elementsOf(list?.body ?? Buffer.alloc(0)).flatMap(({ tag, body }) => {
    if (tag !== sequence) return [];
    const [identifier, ...values] = elementsOf(body);
    if (identifier?.tag !== objectIdentifier || !identifier.body.equals(wanted)) return [];
    const value = values.find((element) => element.tag === octetString)?.body;
    return value === undefined ? [] : [textOf(value)];
  });
}

function textOf(value: Buffer): string {
  const inner = elementOf(value);
  const isString = inner !== undefined && stringTags.has(inner.tag) && inner.rest.length === 0;
  return (isString ? inner.body : value).toString('utf8');
}

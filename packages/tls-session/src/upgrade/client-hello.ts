import { ByteReader } from './byte-reader.ts';

/** What a client says before anything is agreed (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). Not authenticated. */
export interface ClientHello {
  /** SNI in lower case, without a dot at its end (RFC 6066 §3). */
  readonly hostName: string | undefined;
  /** Versions offered, as on the wire (0x0303 is TLS 1.2); may hold values that mean nothing (RFC 8701). */
  readonly versions: readonly number[];
  /** Cipher suites offered, as on the wire. */
  readonly ciphers: readonly number[];
  /** How the server may sign, as on the wire (RFC 8446 §4.2.3). Empty: the client does not say. */
  readonly signatureSchemes: readonly number[];
  /** At most 32 bytes; TLS 1.3 clients send random ones. */
  readonly sessionId: Uint8Array;
  /** Ticket of TLS 1.2 (RFC 5077); empty: the client takes tickets and has none. */
  readonly ticket: Uint8Array | undefined;
  /** Tickets of TLS 1.3. */
  readonly pskIdentities: readonly Uint8Array[];
  /** The types of all extensions, in their order. */
  readonly extensions: readonly number[];
  /** Protocols offered by ALPN (RFC 7301). Undefined: no ALPN. */
  readonly alpn: readonly string[] | undefined;
}

export type PeekedHello =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'hello'; readonly hello: ClientHello };

export const tls13 = 0x0304;

const recordHeaderBytes = 5;
const handshakeHeaderBytes = 4;
const handshakeRecord = 22;
const clientHelloMessage = 1;
const maxRecordBytes = 16_384;
/** Real ones have up to 2 KiB, with tickets that carry certificates a few more. */
const maxHelloBytes = 32 * 1024;
/** A message in records of one byte each would take six times its length. */
const maxRecords = 64;

const incomplete: PeekedHello = { kind: 'incomplete' };
const invalid = (reason: string): PeekedHello => ({ kind: 'invalid', reason });

/**
 * Reads the ClientHello from the first bytes of a connection, however records and messages cut it. What comes behind it
 * is not looked at. Reads all again at each call, which bounds on bytes and records keep cheap.
 */
export function peekClientHello(bytes: Uint8Array): PeekedHello {
  const fragments: Uint8Array[] = [];
  let messageBytes = 0;
  let wantedBytes = handshakeHeaderBytes;
  let offset = 0;
  for (let records = 0; messageBytes < wantedBytes; records++) {
    if (records >= maxRecords) return invalid('a ClientHello in too many records');
    const header = bytes.subarray(offset, offset + recordHeaderBytes);
    const [type, major, , high, low] = header;
    // What is no TLS at all is to be known by its first byte: nobody sends the rest.
    if (type !== undefined && type !== handshakeRecord) return invalid('what is no TLS handshake');
    if (major !== undefined && major !== 3) return invalid('what is no TLS');
    if (high === undefined || low === undefined) return incomplete;
    const length = (high << 8) | low;
    if (length === 0 || length > maxRecordBytes) return invalid('a record of a bad length');
    const fragment = bytes.subarray(offset + recordHeaderBytes, offset + recordHeaderBytes + length);
    fragments.push(fragment);
    messageBytes += fragment.length;
    if (wantedBytes === handshakeHeaderBytes && messageBytes > 0) {
      const start = fragments.length === 1 ? fragment : concat(fragments);
      if (start[0] !== clientHelloMessage) return invalid('a message that is no ClientHello');
      if (start.length >= handshakeHeaderBytes) {
        wantedBytes = handshakeHeaderBytes + ((start[1]! << 16) | (start[2]! << 8) | start[3]!);
        if (wantedBytes > maxHelloBytes) return invalid('a ClientHello that is too long');
      }
    }
    if (fragment.length < length && messageBytes < wantedBytes) return incomplete;
    offset += recordHeaderBytes + length;
  }
  const message = fragments.length === 1 ? fragments[0]! : concat(fragments);
  const hello = readBody(message.subarray(handshakeHeaderBytes, wantedBytes));
  return hello === undefined ? invalid('a malformed ClientHello') : { kind: 'hello', hello };
}

function concat(fragments: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fragments);
}

function readBody(body: Uint8Array): ClientHello | undefined {
  const reader = new ByteReader(body);
  const legacyVersion = reader.uint16();
  reader.bytes(32);
  const sessionId = reader.vector8();
  const ciphers = reader.vector16();
  const compressions = reader.vector8();
  const extensions = reader.isAtEnd ? new Uint8Array(0) : reader.vector16();
  if (reader.isBroken || !reader.isAtEnd) return undefined;
  if (sessionId.length > 32 || ciphers.length < 2 || ciphers.length % 2 !== 0 || compressions.length === 0)
    return undefined;
  const found = readExtensions(extensions);
  return found && { versions: [legacyVersion], ciphers: numbersOf(ciphers), sessionId, ...found };
}

type Found = Omit<ClientHello, 'versions' | 'ciphers' | 'sessionId'> & Partial<Pick<ClientHello, 'versions'>>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

function readExtensions(bytes: Uint8Array): Found | undefined {
  const found: Writable<Found> = {
    hostName: undefined,
    signatureSchemes: [],
    ticket: undefined,
    pskIdentities: [],
    extensions: [],
    alpn: undefined,
  };
  const seen = new Set<number>();
  const reader = new ByteReader(bytes);
  while (!reader.isAtEnd) {
    const type = reader.uint16();
    const content = reader.vector16();
    if (reader.isBroken || seen.has(type)) return undefined;
    seen.add(type);
    if (extensionReaders.get(type)?.(new ByteReader(content), found) === false) return undefined;
  }
  found.extensions = [...seen];
  return found;
}

/** Each says false for what it can't read. */
type ExtensionReader = (content: ByteReader, found: Writable<Found>) => boolean;

const extensionReaders: ReadonlyMap<number, ExtensionReader> = new Map<number, ExtensionReader>([
  [0, readServerName],
  [13, readSignatureSchemes],
  [16, readAlpn],
  [35, readTicket],
  [41, readPreSharedKeys],
  [43, readVersions],
]);

const hostNameType = 0;
// The control characters would reach logs; a name is compared, never resolved.
const badHostName = /[\u0000-\u0020\u007f-\u00ff]/;

function readServerName(content: ByteReader, found: Writable<Found>): boolean {
  const list = new ByteReader(content.vector16());
  if (content.isBroken || !content.isAtEnd || list.isAtEnd) return false;
  while (!list.isAtEnd) {
    const type = list.uint8();
    const name = list.vector16();
    if (list.isBroken || name.length === 0) return false;
    if (type !== hostNameType) continue;
    const text = latin1(name);
    if (found.hostName !== undefined || text.length > 255 || badHostName.test(text)) return false;
    found.hostName = text.toLowerCase().replace(/\.$/, '');
  }
  return true;
}

function readSignatureSchemes(content: ByteReader, found: Writable<Found>): boolean {
  const list = content.vector16();
  if (content.isBroken || !content.isAtEnd || list.length === 0 || list.length % 2 !== 0) return false;
  found.signatureSchemes = numbersOf(list);
  return true;
}

function readAlpn(content: ByteReader, found: Writable<Found>): boolean {
  const list = new ByteReader(content.vector16());
  if (content.isBroken || !content.isAtEnd || list.isAtEnd) return false;
  const protocols: string[] = [];
  while (!list.isAtEnd) {
    const name = list.vector8();
    if (list.isBroken || name.length === 0) return false;
    protocols.push(latin1(name));
  }
  found.alpn = protocols;
  return true;
}

function readTicket(content: ByteReader, found: Writable<Found>): boolean {
  found.ticket = content.rest();
  return true;
}

function readPreSharedKeys(content: ByteReader, found: Writable<Found>): boolean {
  const list = new ByteReader(content.vector16());
  content.vector16();
  if (content.isBroken || !content.isAtEnd || list.isAtEnd) return false;
  const identities: Uint8Array[] = [];
  while (!list.isAtEnd) {
    identities.push(list.vector16());
    list.bytes(4);
    if (list.isBroken) return false;
  }
  found.pskIdentities = identities;
  return true;
}

function readVersions(content: ByteReader, found: Writable<Found>): boolean {
  const list = new ByteReader(content.vector8());
  if (content.isBroken || !content.isAtEnd || list.isAtEnd) return false;
  const versions: number[] = [];
  while (!list.isAtEnd) versions.push(list.uint16());
  if (list.isBroken) return false;
  found.versions = versions;
  return true;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Numbers of two bytes each. */
function numbersOf(bytes: Uint8Array): readonly number[] {
  return Array.from(
    { length: bytes.length / 2 },
    (_none, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0),
  );
}

/** An IP address as its bytes: 4 or 16 of them. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/** What kind of network an address belongs to; decides who may be connected to. */
export type AddressScope = 'unspecified' | 'loopback' | 'link-local' | 'private' | 'multicast' | 'public';

/**
 * Reads a dotted IPv4 address (four decimal numbers, nothing else) or an IPv6 address of RFC 4291 §2.2.
 * A zone (`%eth0`) is not accepted: it means nothing on another machine. v4-mapped addresses become IPv4.
 * @returns undefined for anything else.
 */
export function parseAddress(text: string): IpAddress | undefined {
  if (text.length > 45) return undefined;
  const bytes = text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
  if (bytes === undefined) return undefined;
  return bytes.length === 16 && isV4Mapped(bytes)
    ? { family: 4, bytes: bytes.slice(12) }
    : { family: bytes.length === 4 ? 4 : 6, bytes };
}

/**
 * One spelling for each address: IPv4 dotted, IPv6 as RFC 5952 says, v4-mapped IPv6 (`::ffff:1.2.3.4`, `::ffff:102:304`)
 * as IPv4, a zone left out. Two addresses are the same if this is.
 * @returns undefined for what is no address.
 */
export function normaliseAddress(text: string): string | undefined {
  // By far the most are IPv4, from a listener for both families.
  const dotted = text.startsWith('::ffff:') ? text.slice(7) : text;
  if (!dotted.includes(':') && ipv4Bytes(dotted) !== undefined) return dotted;
  const [withoutZone = ''] = text.split('%', 1);
  const address = parseAddress(withoutZone);
  return address === undefined ? undefined : formatAddress(address);
}

export function formatAddress({ family, bytes }: IpAddress): string {
  return family === 4 ? bytes.join('.') : formatIpv6(bytes);
}

export function addressScope({ family, bytes }: IpAddress): AddressScope {
  const [a = 0, b = 0] = bytes;
  if (bytes.every((byte) => byte === 0)) return 'unspecified';
  if (family === 4) {
    if (a === 0) return 'unspecified';
    if (a === 127) return 'loopback';
    if (a === 169 && b === 254) return 'link-local';
    // RFC 1918, and the shared space of RFC 6598.
    if (a === 10 || (a === 172 && b >> 4 === 1) || (a === 192 && b === 168) || (a === 100 && b >> 6 === 1))
      return 'private';
    return a >= 224 ? 'multicast' : 'public';
  }
  if (bytes[15] === 1 && bytes.subarray(0, 15).every((byte) => byte === 0)) return 'loopback';
  if (a === 0xfe && b >> 6 === 2) return 'link-local';
  if (a >> 1 === 0x7e || (a === 0xfe && b >> 6 === 3)) return 'private';
  return a === 0xff ? 'multicast' : 'public';
}

/** Ports that data connections must not go to, so that the server cannot be made to talk to services (RFC 2577 §3). */
export function isPortPrivileged(port: number): boolean {
  return port < 1024;
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map(byteOf);
  return bytes.includes(-1) ? undefined : Uint8Array.from(bytes);
}

/** A leading zero would be octal to some readers: refused, so that no two readers see different hosts. */
function byteOf(text: string): number {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255 ? Number(text) : -1;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => groups(half, index === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  // `::` stands for at least one group.
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])]);
}

function groups(half: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (half === '') return [];
  const bytes: number[] = [];
  const parts = half.split(':');
  for (const [index, part] of parts.entries()) {
    if (mayEndInIpv4 && index === parts.length - 1 && part.includes('.')) {
      const dotted = ipv4Bytes(part);
      if (dotted === undefined) return undefined;
      bytes.push(...dotted);
    } else {
      if (!/^[\da-f]{1,4}$/i.test(part)) return undefined;
      const value = Number.parseInt(part, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes.length > 16 ? undefined : bytes;
}

function isV4Mapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

function formatIpv6(bytes: Uint8Array): string {
  const values = Array.from(
    { length: 8 },
    (_, index) => (bytes[index * 2] ?? 0) * 256 + (bytes[index * 2 + 1] ?? 0),
  );
  const text = values.map((value) => value.toString(16)).join(':');
  const zeros = text.match(/(?<![\da-f])0(?::0)+(?![\da-f])/g);
  if (zeros === null) return text;
  const longest = zeros.reduce((best, run) => (run.length > best.length ? run : best));
  const at = text.search(new RegExp(`(?<![\\da-f])${longest}(?![\\da-f])`));
  const before = text.slice(0, at).replace(/:$/, '');
  const after = text.slice(at + longest.length).replace(/^:/, '');
  return `${before}::${after}`;
}

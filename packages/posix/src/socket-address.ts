import { networkInterfaces } from 'node:os';
import { namedError } from './errors.ts';
import { nulTerminated, type PosixName } from './names.ts';
import { libraryFunction } from './native.ts';

export const unixFamily = 1;
export const ipv4Family = 2;
export const ipv6Family = 10;
const ipv6AddressBytes = 28;
/** With the NUL that ends it. */
const maxUnixPathBytes = 108;

const inetPton = libraryFunction<[number, Uint8Array, Uint8Array]>('c', 'inet_pton', 'int', [
  'int',
  'pointer',
  'pointer',
]);

/** Where a socket is bound or connected to. */
export interface Endpoint {
  /** An IPv4 or IPv6 address, an IPv6 one with `%INTERFACE` if needed; no host name. */
  readonly host: string;
  /** 0 to 65535; 0 lets the kernel choose. */
  readonly port: number;
}

/** `struct sockaddr_in` or `sockaddr_in6`. @throws {PosixError} EINVAL when host or port is none. */
export function socketAddress({ host, port }: Endpoint): { family: number; bytes: Uint8Array } {
  if (!Number.isInteger(port) || port < 0 || port > 0xff_ff) {
    throw namedError('socket', 'EINVAL', 'a port is out of range');
  }
  const [address = '', zone] = host.split('%', 2);
  const text = nulTerminated('inet_pton', address);
  const isIpv6 = address.includes(':');
  const bytes = Buffer.alloc(isIpv6 ? ipv6AddressBytes : 16);
  const family = isIpv6 ? ipv6Family : ipv4Family;
  if (inetPton(family, text, bytes.subarray(isIpv6 ? 8 : 4)) !== 1 || (zone !== undefined && !isIpv6)) {
    throw namedError('inet_pton', 'EINVAL', 'a host is no IP address');
  }
  bytes.writeUInt16LE(family, 0);
  bytes.writeUInt16BE(port, 2);
  if (zone !== undefined) bytes.writeUInt32LE(scopeId(zone), 24);
  return { family, bytes };
}

/** `struct sockaddr_un`. @throws {PosixError} EINVAL for a name that is empty or holds a NUL; ENAMETOOLONG. */
export function unixAddress(path: PosixName): Uint8Array {
  const name = nulTerminated('bind', path);
  if (name.length === 1) throw namedError('bind', 'EINVAL', 'a name is empty');
  if (name.length > maxUnixPathBytes)
    throw namedError('bind', 'ENAMETOOLONG', 'a name is too long for a socket');
  const bytes = Buffer.alloc(2 + name.length);
  bytes.writeUInt16LE(unixFamily, 0);
  bytes.set(name, 2);
  return bytes;
}

/** The number of an interface, by which the kernel tells link-local addresses apart. */
function scopeId(zone: string): number {
  if (/^\d{1,9}$/.test(zone)) return Number(zone);
  for (const each of networkInterfaces()[zone] ?? []) {
    if (each.family === 'IPv6' && each.scopeid > 0) return each.scopeid;
  }
  throw namedError('inet_pton', 'EINVAL', 'there is no such interface');
}

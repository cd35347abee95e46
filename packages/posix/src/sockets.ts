import { closeDescriptor } from './descriptors.ts';
import { errnoError } from './errors.ts';
import { orThrow, systemCall } from './native.ts';
import type { PosixName } from './names.ts';
import { ipv6Family, socketAddress, unixAddress, unixFamily, type Endpoint } from './socket-address.ts';
import { watchDescriptor } from './watch-descriptor.ts';

const streamType = 1;
const closeOnExec = 0o2_000_000;
const nonBlocking = 0o4000;
const socketLevel = 1;
const reuseAddressOption = 2;
const errorOption = 4;
const peerCredentialsOption = 17;
const ipv6Level = 41;
const ipv6OnlyOption = 26;
const einprogress = 115;

const socket = systemCall<[number, number, number]>('socket', ['int', 'int', 'int']);
const bind = systemCall<[number, Uint8Array, number]>('bind', ['int', 'pointer', 'uint']);
const listen = systemCall<[number, number]>('listen', ['int', 'int']);
const connect = systemCall<[number, Uint8Array, number]>('connect', ['int', 'pointer', 'uint']);
const getsockname = systemCall<[number, Uint8Array, Uint32Array]>('getsockname', [
  'int',
  'pointer',
  'pointer',
]);
const setsockopt = systemCall<[number, number, number, Uint32Array, number]>('setsockopt', [
  'int',
  'int',
  'int',
  'pointer',
  'uint',
]);
const getsockopt = systemCall<[number, number, number, Uint32Array, Uint32Array]>('getsockopt', [
  'int',
  'int',
  'int',
  'pointer',
  'pointer',
]);

export interface ListenerOptions extends Endpoint {
  /** Connections that may wait, > 0; the kernel cuts it at net.core.somaxconn. */
  readonly backlog: number;
  /** Whether an IPv6 socket leaves IPv4 alone. Default: true, so that `::` and `0.0.0.0` go together. */
  readonly isIpv6Only?: boolean;
  /** Whether an address counts as free while old connections of it linger. Default: true. */
  readonly reuseAddress?: boolean;
}

/**
 * A TCP socket that listens, not blocking and closed on exec: for `server.listen({ fd })`, here or in another process.
 * @returns the descriptor, owned by the caller.
 * @throws {PosixError} EADDRINUSE; EADDRNOTAVAIL for an address that is not of this machine; EACCES for a port below 1024
 * without the right to it; EINVAL for what is no address.
 */
export function bindListener(options: ListenerOptions): number {
  const { backlog, isIpv6Only = true, reuseAddress = true } = options;
  return boundTo(options, { isIpv6Only, reuseAddress }, (fd) => {
    orThrow('listen', listen(fd, backlog));
  });
}

/**
 * A TCP socket that is bound and neither connected nor listening, not blocking and closed on exec: for a connection from a
 * fixed port, of which there may be many to different peers (SO_REUSEADDR).
 * @returns the descriptor, owned by the caller; `connectSocket` is next.
 * @throws {PosixError} as `bindListener`.
 */
export function boundSocket(endpoint: Endpoint): number {
  return boundTo(endpoint, { isIpv6Only: true, reuseAddress: true }, () => undefined);
}

/**
 * A Unix stream socket that listens, not blocking and closed on exec. Its file has mode 0777 less the process's umask, and
 * is not removed with it.
 * @param path - At most 107 bytes.
 * @param backlog - As with `bindListener`.
 * @returns the descriptor, owned by the caller.
 * @throws {PosixError} EADDRINUSE where there is a file of whatever kind; ENOENT, EACCES; ENAMETOOLONG.
 */
export function bindUnixListener(path: PosixName, backlog: number): number {
  const bytes = unixAddress(path);
  const fd = orThrow('socket', socket(unixFamily, streamType | closeOnExec | nonBlocking, 0));
  try {
    orThrow('bind', bind(fd, bytes, bytes.length));
    orThrow('listen', listen(fd, backlog));
    return fd;
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
}

function boundTo(
  endpoint: Endpoint,
  { isIpv6Only, reuseAddress }: { readonly isIpv6Only: boolean; readonly reuseAddress: boolean },
  finish: (fd: number) => void,
): number {
  const { family, bytes } = socketAddress(endpoint);
  const fd = orThrow('socket', socket(family, streamType | closeOnExec | nonBlocking, 0));
  try {
    if (family === ipv6Family) setOption(fd, ipv6Level, ipv6OnlyOption, isIpv6Only);
    setOption(fd, socketLevel, reuseAddressOption, reuseAddress);
    orThrow('bind', bind(fd, bytes, bytes.length));
    finish(fd);
    return fd;
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
}

function setOption(fd: number, level: number, option: number, isOn: boolean): void {
  orThrow('setsockopt', setsockopt(fd, level, option, new Uint32Array([isOn ? 1 : 0]), 4));
}

/**
 * Connects a socket of `boundSocket`; then it is ready for `new net.Socket({ fd })`. The descriptor stays the caller's,
 * also when this fails.
 * @param signal - Ends the attempt; there is no other deadline than TCP's own.
 * @throws {PosixError} ECONNREFUSED, EHOSTUNREACH, ETIMEDOUT …; EADDRNOTAVAIL when this very connection exists already.
 * Rejects with the reason of the signal.
 */
export async function connectSocket(
  fd: number,
  endpoint: Endpoint,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  signal?.throwIfAborted();
  const { bytes } = socketAddress(endpoint);
  const result = connect(fd, bytes, bytes.length);
  if (result >= 0) return;
  if (result !== -einprogress) throw errnoError('connect', -result);
  await untilWritable(fd, signal);
  const errno = readOption(fd, socketLevel, errorOption, 1)[0] ?? 0;
  if (errno !== 0) throw errnoError('connect', errno);
}

function untilWritable(fd: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const watch = watchDescriptor(fd, { wantsReadable: false, wantsWritable: true }, () => {
      end();
      resolve();
    });
    const onAbort = (): void => {
      end();
      reject(signal?.reason as Error);
    };
    const end = (): void => {
      watch.close();
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The port that a TCP socket is bound to. @see getsockname(2) */
export function localPort(fd: number): number {
  const bytes = Buffer.alloc(28);
  orThrow('getsockname', getsockname(fd, bytes, new Uint32Array([bytes.length])));
  return bytes.readUInt16BE(2);
}

/** Who is at the other end of a Unix socket, as it was when it connected. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** @throws {PosixError} ENOTCONN or ENOPROTOOPT when it is no connected Unix socket. @see unix(7) SO_PEERCRED */
export function peerCredentials(fd: number): PeerCredentials {
  const [pid = 0, uid = 0, gid = 0] = readOption(fd, socketLevel, peerCredentialsOption, 3);
  return { pid, uid, gid };
}

function readOption(fd: number, level: number, option: number, words: number): Uint32Array {
  const value = new Uint32Array(words);
  const length = new Uint32Array([value.byteLength]);
  orThrow('getsockopt', getsockopt(fd, level, option, value, length));
  return value;
}

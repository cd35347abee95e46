import { closeDescriptor } from './descriptors.ts';
import { errnoError, namedError } from './errors.ts';
import { nulTerminated, type PosixName } from './names.ts';
import { orThrow, systemCall } from './native.ts';

const unixFamily = 1;
const datagramType = 2;
const closeOnExec = 0o2_000_000;
const nonBlocking = 0o4000;
const dontWait = 0x40;
const noSignal = 0x40_00;
// sizeof (sun_path)
const maxPathBytes = 108;
// EAGAIN, ENOBUFS, ENOMEM
const fullErrnos: ReadonlySet<number> = new Set([11, 105, 12]);
// ENOENT, ENOTCONN, ENOTDIR, ECONNREFUSED, ECONNRESET, EPIPE, EDESTADDRREQ
const goneErrnos: ReadonlySet<number> = new Set([2, 107, 20, 111, 104, 32, 89]);

const socket = systemCall<[number, number, number]>('socket', ['int', 'int', 'int']);
const sendto = systemCall<[number, Uint8Array, number, number, Uint8Array, number]>('sendto', [
  'int',
  'pointer',
  'size',
  'int',
  'pointer',
  'uint',
]);

/** Sends messages to the socket of a service, and takes none. */
export interface DatagramSocket {
  /**
   * Sends one message, at once or not at all.
   * @returns `gone`: nobody listens there now; the next message may find somebody again.
   * @throws {PosixError} EMSGSIZE for a message that is too long for one; EACCES when the socket is not for this user.
   */
  send(message: Uint8Array): 'sent' | 'would-block' | 'gone';
  close(): void;
}

/**
 * A socket for /dev/log, NOTIFY_SOCKET and the like. Each message finds its way by the path again, so that a service that was
 * restarted gets the next one.
 * @param path - At most 107 bytes; one that begins with `@` is abstract, of no file system.
 * @throws {PosixError} EINVAL for an empty path, ENAMETOOLONG for a longer one.
 * @see unix(7)
 */
export function openDatagramSocket(path: PosixName): DatagramSocket {
  const address = unixAddress(path);
  const fd = orThrow('socket', socket(unixFamily, datagramType | closeOnExec | nonBlocking, 0));
  let isOpen = true;
  return {
    send(message) {
      if (!isOpen) throw namedError('sendto', 'EINVAL', 'the socket is closed');
      const flags = dontWait | noSignal;
      const result = sendto(fd, message, message.length, flags, address, address.length);
      if (result >= 0) return 'sent';
      if (fullErrnos.has(-result)) return 'would-block';
      if (goneErrnos.has(-result)) return 'gone';
      throw errnoError('sendto', -result);
    },
    close() {
      if (isOpen) closeDescriptor(fd);
      isOpen = false;
    },
  };
}

/** `struct sockaddr_un`: a name of a file with its NUL, or an abstract one behind a NUL and without. */
function unixAddress(path: PosixName): Uint8Array {
  const name = nulTerminated('sendto', path);
  if (name.length === 1) throw namedError('sendto', 'EINVAL', 'the path is empty');
  if (name.length > maxPathBytes) throw namedError('sendto', 'ENAMETOOLONG', 'the path is too long');
  const isAbstract = name[0] === 0x40;
  const address = Buffer.alloc(2 + (isAbstract ? name.length - 1 : name.length));
  address.writeUInt16LE(unixFamily);
  address.set(isAbstract ? name.subarray(1, -1) : name, isAbstract ? 3 : 2);
  return address;
}

import { closeDescriptor } from './descriptors.ts';
import { errnoError, namedError } from './errors.ts';
import { orThrow, systemCall } from './native.ts';
import { createSocketMessage, messageFlags, readRights, writeRights } from './socket-message.ts';

/** As many as the kernel takes with one message (SCM_MAX_FD). */
export const maxDescriptorsPerMessage = 253;

const dontWait = 0x40;
const noSignal = 0x40_00;
const closeOnExec = 0x40_00_00_00;
const wasTruncated = 0x20;
const controlWasTruncated = 0x08;
const eagain = 11;
const emsgsize = 90;

const sendmsg = systemCall<[number, Uint8Array, number]>('sendmsg', ['int', 'pointer', 'int']);
const recvmsg = systemCall<[number, Uint8Array, number]>('recvmsg', ['int', 'pointer', 'int']);

/** A message from a Unix socket. No bytes and no descriptors: the other side has closed. */
export interface ReceivedDescriptors {
  readonly bytes: Uint8Array;
  /** Closed on exec, owned by the receiver. */
  readonly descriptors: readonly number[];
}

/**
 * Sends bytes and with them descriptors over a Unix socket; the sender keeps its own. Does not wait.
 * @param bytes - At least one. A stream may take fewer: send the rest without the descriptors.
 * @returns how many bytes were taken.
 * @throws {PosixError} EAGAIN when the socket is full, nothing was taken; EPIPE when the other side is gone; EMSGSIZE when a
 * message is too large for the socket.
 * @see unix(7) SCM_RIGHTS
 */
export function sendDescriptors(fd: number, bytes: Uint8Array, descriptors: readonly number[]): number {
  if (bytes.length === 0) throw namedError('sendmsg', 'EINVAL', 'there is no byte to go with them');
  const message = createSocketMessage(bytes.length, descriptors.length);
  message.payload.set(bytes);
  writeRights(message, descriptors);
  return orThrow('sendmsg', sendmsg(fd, message.memory, dontWait | noSignal));
}

/**
 * Takes what has arrived at a Unix socket, with the descriptors that came with it. Does not wait.
 * @param maxBytes - > 0. A longer message is refused; of a stream the rest stays.
 * @param maxDescriptors - 0 to 253. A message with more is refused.
 * @returns the message; undefined: none has arrived.
 * @throws {PosixError} EMSGSIZE for a message that exceeds a limit: it is gone, its descriptors are closed.
 */
export function receiveDescriptors(
  fd: number,
  maxBytes: number,
  maxDescriptors: number,
): ReceivedDescriptors | undefined {
  if (maxBytes < 1 || maxDescriptors < 0 || maxDescriptors > maxDescriptorsPerMessage) {
    throw namedError('recvmsg', 'EINVAL', 'a limit is out of range');
  }
  const message = createSocketMessage(maxBytes, maxDescriptors);
  const result = recvmsg(fd, message.memory, dontWait | closeOnExec);
  if (result === -eagain) return undefined;
  if (result < 0) throw errnoError('recvmsg', -result);
  const descriptors = readRights(message);
  if ((messageFlags(message) & (wasTruncated | controlWasTruncated)) !== 0) {
    for (const descriptor of descriptors) closeDescriptor(descriptor);
    throw errnoError('recvmsg', emsgsize);
  }
  return { bytes: message.payload.subarray(0, result), descriptors };
}

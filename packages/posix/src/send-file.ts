import { namedError } from './errors.ts';
import { orThrow, poolSystemCall } from './native.ts';

const sendfile = poolSystemCall<[number, number, BigInt64Array, number]>('sendfile', [
  'int',
  'int',
  'pointer',
  'size',
]);

/**
 * Lets the kernel copy from a file to a socket (or a file), on libuv's pool. With a socket that does not block it takes what
 * fits now and waits for nothing; to wait, watch a `duplicate` of it. Neither descriptor may be closed before the promise
 * settles.
 * @param positionBytes - Where in the file to begin, 0 to 2^53 - 1; the offset of the descriptor stays as it is.
 * @param maxBytes - > 0; the kernel takes at most 2 GiB less a page.
 * @returns bytes copied; 0 at the end of the file.
 * @throws {PosixError} EAGAIN when the socket is full, EPIPE and ECONNRESET when the peer is gone, EINVAL for what cannot
 * be copied like this.
 * @see sendfile(2)
 */
export async function sendFile(
  outFd: number,
  inFd: number,
  positionBytes: number,
  maxBytes: number,
): Promise<number> {
  if (!Number.isSafeInteger(positionBytes) || positionBytes < 0) {
    throw namedError('sendfile', 'EINVAL', 'a position is out of range');
  }
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
    throw namedError('sendfile', 'EINVAL', 'a count is out of range');
  }
  const position = new BigInt64Array([BigInt(positionBytes)]);
  return orThrow('sendfile', await sendfile(outFd, inFd, position, maxBytes));
}

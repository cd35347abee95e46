import { notedSystemCall, orThrow, systemCall, type DescriptorNote } from './native.ts';

const unixFamily = 1;
const types = { stream: 1, seqpacket: 5 } as const;
const closeOnExec = 0o2_000_000;
const nonBlocking = 0o4000;
const duplicateCloseOnExec = 1030;
const getDescriptorFlags = 1;
const setDescriptorFlags = 2;
const closeOnExecFlag = 1;

const close = notedSystemCall<[number]>('close', ['int'], false);
const nowhere: DescriptorNote = { numbers: new Int32Array(1), at: 0 };
const socketpair = systemCall<[number, number, number, Uint32Array]>('socketpair', [
  'int',
  'int',
  'int',
  'pointer',
]);
const fcntl = systemCall<[number, number, number]>('fcntl', ['int', 'int', 'long']);

/**
 * Two connected Unix sockets, not blocking and closed on exec. `stream` carries bytes (for `net.Socket`), `seqpacket` whole
 * messages in order, with an end when the other side closes.
 * @see socketpair(2)
 */
export function socketPair(type: keyof typeof types): [number, number] {
  const pair = new Uint32Array(2);
  const flags = types[type] | closeOnExec | nonBlocking;
  orThrow('socketpair', socketpair(unixFamily, flags, 0, pair));
  return [pair[0] ?? -1, pair[1] ?? -1];
}

/**
 * Closes a descriptor that a call of this package opened.
 * @throws {PosixError} EBADF when it is not open. After any other error it is closed nevertheless.
 * @see close(2)
 */
export function closeDescriptor(fd: number): void {
  closeNoted(fd, nowhere);
}

/**
 * The same for one that was noted.
 * @param note - Gets -1 before anything can end this thread, also `worker.terminate()`.
 */
export function closeNoted(fd: number, note: DescriptorNote): void {
  orThrow('close', close(note, fd));
}

/** Another descriptor of the same open file, closed on exec. @see fcntl(2) F_DUPFD_CLOEXEC */
export function duplicate(fd: number): number {
  return orThrow('fcntl', fcntl(fd, duplicateCloseOnExec, 0));
}

/** Whether programs that the process starts get the descriptor: with `false` they do. @see fcntl(2) FD_CLOEXEC */
export function setCloseOnExec(fd: number, isClosed: boolean): void {
  const flags = orThrow('fcntl', fcntl(fd, getDescriptorFlags, 0));
  const wanted = isClosed ? flags | closeOnExecFlag : flags & ~closeOnExecFlag;
  orThrow('fcntl', fcntl(fd, setDescriptorFlags, wanted));
}

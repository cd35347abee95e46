import type { FileSender, SendOutcome } from '@ftpd/storage';
import { errnoOf } from './errno.ts';

/** What sending from file to socket needs of the system; `@ftpd/posix` has it. */
export interface KernelSending {
  /** dup(2), closed on exec. */
  duplicate(descriptor: number): number;
  closeDescriptor(descriptor: number): void;
  /** sendfile(2) on another thread. Errors carry the errno's name as `code`. */
  sendFile(
    socketDescriptor: number,
    fileDescriptor: number,
    positionBytes: number,
    maxBytes: number,
  ): Promise<number>;
}

const outcomes: Readonly<Record<string, SendOutcome>> = {
  EAGAIN: 'full',
  EPIPE: 'lost',
  ECONNRESET: 'lost',
  ENOTCONN: 'lost',
  ETIMEDOUT: 'lost',
  // Some file systems cannot map their files.
  EINVAL: 'unsupported',
  ENOSYS: 'unsupported',
  EOPNOTSUPP: 'unsupported',
};

/** Runs a call of the system with the file's threads, deadline and errors. */
export type RunForFile = (call: () => Promise<SendOutcome>) => Promise<SendOutcome>;

/**
 * @param run - How the file's calls are made.
 * @returns undefined when the socket cannot be held: no descriptor is left, or the system has not the calls.
 */
export function createFileSender(
  kernel: KernelSending,
  socketDescriptor: number,
  fileDescriptor: number,
  run: RunForFile,
): FileSender | undefined {
  // The number of a socket that is closed meanwhile would be another client's soon.
  const held = heldBy(kernel, socketDescriptor);
  if (held === undefined) return undefined;
  let isClosed = false;
  let isSending = false;
  const release = (): void => {
    if (isClosed && !isSending) kernel.closeDescriptor(held);
  };
  const call = async (positionBytes: number, maxBytes: number): Promise<SendOutcome> => {
    isSending = true;
    try {
      return await kernel.sendFile(held, fileDescriptor, positionBytes, maxBytes);
    } catch (error) {
      const outcome = outcomes[errnoOf(error) ?? ''];
      if (outcome === undefined) throw error;
      return outcome;
    } finally {
      isSending = false;
      release();
    }
  };
  return {
    send: (positionBytes, maxBytes) =>
      isClosed ? Promise.resolve('lost') : run(() => call(positionBytes, maxBytes)),
    close() {
      if (isClosed) return;
      isClosed = true;
      release();
    },
  };
}

function heldBy(kernel: KernelSending, socketDescriptor: number): number | undefined {
  try {
    return kernel.duplicate(socketDescriptor);
  } catch {
    return undefined;
  }
}

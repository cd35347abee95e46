import { isMainThread } from 'node:worker_threads';
import { namedError } from './errors.ts';
import { loadKoffi } from './native.ts';

export interface DescriptorEvents {
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  /** The other side has closed, or the descriptor cannot be watched any longer. */
  readonly isDisconnected: boolean;
}

export interface DescriptorInterest {
  /** Default: true. */
  readonly wantsReadable?: boolean;
  /** Default: false. Only while there is something to write: a socket is writable nearly always. */
  readonly wantsWritable?: boolean;
}

/** A watch that is going on. Keeps the event loop alive. */
export interface DescriptorWatch {
  /** Ends it. The descriptor stays open; close it after this, not before. */
  close(): void;
}

// The FFI says `(events)`, and calls with `(status, events)`.
type PollCallback = (status: number, events: PollEvents) => void;
interface PollEvents {
  readonly readable: boolean;
  readonly writable: boolean;
  readonly disconnect: boolean;
}
interface PollHandle {
  close(): void;
}

// A handle that nobody refers to is collected, and its watch ends without a word.
const active = new Set<PollHandle>();

/**
 * Calls `onEvent` from the event loop while a descriptor that Node has no stream for can be read or written: for sockets
 * that carry descriptors. Called again and again until what is there has been taken.
 * @throws {PosixError} EINVAL in a worker thread.
 * @see uv_poll_start of libuv
 */
export function watchDescriptor(
  fd: number,
  { wantsReadable = true, wantsWritable = false }: DescriptorInterest,
  onEvent: (events: DescriptorEvents) => void,
): DescriptorWatch {
  // An event that reaches the FFI while its thread is torn down ends the whole process, which is also why there is no unref.
  if (!isMainThread) throw namedError('poll', 'EINVAL', 'watches are for the main thread');
  const poll = loadKoffi().node.poll as unknown as (
    fd: number,
    options: PollEvents,
    callback: PollCallback,
  ) => PollHandle;
  const options = { readable: wantsReadable, writable: wantsWritable, disconnect: true };
  let isPending = false;
  const handle = poll(fd, options, (status, { readable, writable, disconnect }) => {
    if (isPending) return;
    isPending = true;
    // The FFI calls outside of Node's callback scope: promises settled here would wait for somebody else's event.
    setImmediate(() => {
      isPending = false;
      if (!active.has(handle)) return;
      onEvent({
        isReadable: readable,
        isWritable: writable,
        isDisconnected: disconnect || status < 0,
      });
    });
  });
  active.add(handle);
  return {
    close() {
      if (active.delete(handle)) handle.close();
    },
  };
}

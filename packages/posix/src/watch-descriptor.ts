import { loadKoffi } from './native.ts';

export interface DescriptorEvents {
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  /** The other side has closed. */
  readonly isDisconnected: boolean;
}

/** A watch that is going on. Keeps the process alive unless `unref` was called. */
export interface DescriptorWatch {
  /** Ends it. The descriptor stays open; close it after this, not before. */
  close(): void;
  ref(): void;
  unref(): void;
}

/**
 * Calls `onEvent` on the event loop while a descriptor that Node has no stream for can be read or written: for sockets that
 * carry descriptors. Called again and again until what is there has been taken.
 * @see uv_poll_init
 */
export function watchDescriptor(
  fd: number,
  { wantsReadable = true, wantsWritable = false }: { wantsReadable?: boolean; wantsWritable?: boolean },
  onEvent: (events: DescriptorEvents) => void,
): DescriptorWatch {
  const options = { readable: wantsReadable, writable: wantsWritable, disconnect: true };
  const handle = loadKoffi().node.poll(fd, options, ({ readable, writable, disconnect }) => {
    onEvent({ isReadable: readable, isWritable: writable, isDisconnected: disconnect });
  });
  let isClosed = false;
  return {
    close() {
      if (!isClosed) handle.close();
      isClosed = true;
    },
    ref: () => handle.ref(),
    unref: () => handle.unref(),
  };
}

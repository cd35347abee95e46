import { Deadlines } from './deadlines.ts';
import { DeviceQueue, perDevice } from './device-queue.ts';

interface Call {
  readonly device: number;
  readonly begin: (end: () => void) => void;
  readonly onOverdue: (hasBegun: boolean) => void;
  hasBegun: boolean;
}

/** Where reads and writes of open files get their threads. */
export interface IoThreads {
  /**
   * Begins a call when the device may take a thread.
   * @param begin - Starts it; calls `end` when the thread is free again.
   * @param onOverdue - The deadline has passed. If the call has begun it still holds its thread and its buffer.
   */
  run(device: number, begin: (end: () => void) => void, onOverdue: (hasBegun: boolean) => void): void;
  close(): void;
}

const noop = (): void => {};

/** Every call begins at once and has the time it takes. */
export const unlimitedThreads: IoThreads = { run: (_device, begin) => begin(noop), close: noop };

/** @param threads - How many libuv has (UV_THREADPOOL_SIZE); a device gets a quarter of them, at least one. */
export function createIoThreads(threads: number, timeoutMs: number): IoThreads {
  const queue = new DeviceQueue<Call>(perDevice(threads));
  const deadlines = new Deadlines<Call>(timeoutMs, (call) => {
    if (!call.hasBegun) queue.remove(call.device, call);
    call.onOverdue(call.hasBegun);
  });
  const begin = (call: Call): void => {
    call.hasBegun = true;
    call.begin(() => {
      deadlines.delete(call);
      queue.end(call.device);
      for (let next = queue.take(); next !== undefined; next = queue.take()) begin(next);
    });
  };
  return {
    run(device, start, onOverdue) {
      const call: Call = { device, begin: start, onOverdue, hasBegun: false };
      deadlines.add(call);
      if (queue.start(device)) begin(call);
      else queue.add(device, call);
    },
    close: () => deadlines.close(),
  };
}

import type { Socket } from 'node:net';
import { endSending, watchConnection } from './connection-watch.ts';
import type { Pace } from './pace.ts';
import type { ByteSource } from './plan.ts';

/**
 * Sends all of the source: while one buffer is on its way the next is read.
 * @throws {ConnectionLost}, or what the source throws.
 */
export async function send(
  source: ByteSource,
  socket: Socket,
  buffers: readonly Buffer[],
  onBytes: (count: number) => void,
  pace: Pace | undefined,
): Promise<void> {
  const free = [...buffers];
  let wake: (() => void) | undefined;
  const settle = (): void => {
    wake?.();
    wake = undefined;
  };
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const connection = watchConnection(socket, settle);
  try {
    for (;;) {
      while (free.length === 0 && !connection.isLost) await changed();
      connection.demand();
      const buffer = free.pop()!;
      const count = await source(buffer);
      if (count === 0) break;
      connection.demand();
      socket.write(count === buffer.length ? buffer : buffer.subarray(0, count), (error) => {
        free.push(buffer);
        if (error) connection.lose(error);
        else {
          onBytes(count);
          settle();
        }
      });
      if (pace) await pace.wait(count);
    }
    while (free.length < buffers.length - 1 && !connection.isLost) await changed();
    connection.demand();
    await endSending(socket);
  } finally {
    connection.release();
  }
}

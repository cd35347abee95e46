import type { Socket } from 'node:net';
import type { Pace } from './pace.ts';
import type { ByteSource } from './plan.ts';

/** A connection that went away while there was something to send or to get. */
export class ConnectionLost extends Error {}

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
  let failure: ConnectionLost | undefined;
  let wake: (() => void) | undefined;
  const settle = (): void => {
    wake?.();
    wake = undefined;
  };
  const lose = (cause?: unknown): void => {
    failure ??= new ConnectionLost('the client closed the data connection', { cause });
    settle();
  };
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const demandConnection = (): void => {
    if (failure) throw failure;
  };
  socket.on('error', lose);
  socket.on('close', lose);
  if (socket.destroyed) lose();
  // What the client sends on a connection for downloads is dropped, and its FIN noticed.
  socket.resume();
  try {
    for (;;) {
      while (free.length === 0 && !failure) await changed();
      demandConnection();
      const buffer = free.pop()!;
      const count = await source(buffer);
      if (count === 0) break;
      demandConnection();
      socket.write(count === buffer.length ? buffer : buffer.subarray(0, count), (error) => {
        free.push(buffer);
        if (error) lose(error);
        else {
          onBytes(count);
          settle();
        }
      });
      if (pace) await pace.wait(count);
    }
    while (free.length < buffers.length - 1 && !failure) await changed();
    demandConnection();
    await finish(socket);
  } finally {
    socket.off('error', lose);
    socket.off('close', lose);
  }
}

function finish(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = (cause?: unknown): void =>
      reject(new ConnectionLost('the client closed the data connection', { cause }));
    socket.once('error', lost);
    socket.once('close', lost);
    socket.end(() => {
      socket.off('error', lost);
      socket.off('close', lost);
      resolve();
    });
  });
}

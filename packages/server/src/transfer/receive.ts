import type { Socket } from 'node:net';
import type { Pace } from './pace.ts';
import type { ByteSink } from './plan.ts';
import { ConnectionLost } from './send.ts';

/** What may wait for the storage before the client is slowed down. */
const maxWaitingBytes = 1024 * 1024;

/**
 * Takes all that the client sends, to the end of its stream. What arrives during a write is written at once by the next.
 * @throws {ConnectionLost}, or what the sink throws.
 */
export async function receive(
  sink: ByteSink,
  socket: Socket,
  onBytes: (count: number) => void,
  pace: Pace | undefined,
): Promise<void> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let isEnded = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  const settle = (): void => {
    // Not at once: what else has arrived comes in the same turn of the loop, and goes into the same write.
    if (wake) setImmediate(wake);
    wake = undefined;
  };
  const take = (chunk: Uint8Array): void => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes >= maxWaitingBytes) socket.pause();
    onBytes(chunk.length);
    settle();
  };
  const end = (): void => {
    isEnded = true;
    settle();
  };
  const lose = (cause?: unknown): void => {
    failure = new ConnectionLost('the client went away', { cause });
    settle();
  };
  const close = (): void => {
    if (!isEnded) lose();
  };
  socket.on('data', take);
  socket.on('end', end);
  socket.on('error', lose);
  socket.on('close', close);
  if (socket.destroyed) lose();
  socket.resume();
  try {
    for (;;) {
      if (waiting.length > 0) {
        const chunks = waiting;
        const count = waitingBytes;
        waiting = [];
        waitingBytes = 0;
        if (socket.isPaused() && !pace) socket.resume();
        await sink(chunks);
        if (pace) {
          socket.pause();
          await pace.wait(count);
          socket.resume();
        }
        continue;
      }
      if (failure) throw failure;
      if (isEnded) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    socket.off('data', take);
    socket.off('end', end);
    socket.off('error', lose);
    socket.off('close', close);
  }
}

import type { Socket } from 'node:net';
import type { Pace } from './pace.ts';
import type { ByteSink } from './plan.ts';
import { ConnectionLost } from './connection-watch.ts';

/** What may wait for the storage before the client is slowed down. */
const maxWaitingBytes = 1024 * 1024;

/** Smaller ones share their memory with others. */
const minOwnBytes = 16 * 1024;

/**
 * Gives the memory of written chunks back at once. Left to the garbage collector, an upload makes it run for every
 * 64 MiB, and each chunk comes to memory that no cache has seen.
 */
function release(chunks: readonly Uint8Array[]): void {
  for (const { buffer, byteLength } of chunks) {
    const isOwn = byteLength >= minOwnBytes && buffer.byteLength === byteLength;
    if (isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
  }
}

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
  // With TLS the end may come together with what ends the handshake, before anybody listens.
  if (socket.readableEnded) isEnded = true;
  else if (socket.destroyed) lose();
  socket.resume();
  try {
    for (;;) {
      if (waiting.length > 0) {
        const chunks = waiting;
        const count = waitingBytes;
        waiting = [];
        waitingBytes = 0;
        if (socket.isPaused() && !pace) socket.resume();
        onBytes(count);
        await sink(chunks);
        release(chunks);
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

import type { Socket } from 'node:net';
import { ChunkArrivals } from './arrivals.ts';
import type { BufferPool } from './buffer-pool.ts';
import { ConnectionLost } from './connection-watch.ts';
import { lendSlabs, type LentSlabs } from './lent-slabs.ts';
import type { Pace } from './pace.ts';
import type { ByteSink } from './plan.ts';

/** An upload that is longer gets buffers of the pool; for a short one they would cost more than they save. */
const shortBytes = 1024 * 1024;

/**
 * Takes all that the client sends, to the end of its stream. What arrives during a write is written at once by the next.
 * @throws {ConnectionLost}, or what the sink throws.
 */
export async function receive(
  sink: ByteSink,
  socket: Socket,
  onBytes: (count: number) => void,
  pace: Pace | undefined,
  pool: BufferPool,
): Promise<void> {
  const chunks = new ChunkArrivals();
  let slabs: LentSlabs | undefined;
  let untilSlabs = pace ? Infinity : shortBytes;
  let areWritten = true;
  let isEnded = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  const settle = (): void => {
    // Not at once: what else has arrived comes in the same turn of the loop, and goes into the same write.
    if (wake) setImmediate(wake);
    wake = undefined;
  };
  const isFull = (): boolean => chunks.isFull || slabs?.arrivals.isFull === true;
  const noteArrival = (): void => {
    if (isFull()) socket.pause();
    settle();
  };
  const take = (chunk: Buffer): void => {
    chunks.add(chunk);
    untilSlabs -= chunk.length;
    // What Node.js has read already comes as chunks.
    if (untilSlabs <= 0 && socket.readableLength === 0) {
      slabs = lendSlabs(socket, pool, noteArrival);
      untilSlabs = slabs ? Infinity : shortBytes;
    }
    noteArrival();
  };
  const resume = (): void => {
    if (!pace && !isFull() && socket.isPaused()) socket.resume();
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
      const arrivals = chunks.bytes > 0 ? chunks : (slabs?.arrivals ?? chunks);
      const { bytes } = arrivals;
      if (bytes > 0) {
        const taken = arrivals.take();
        resume();
        onBytes(bytes);
        areWritten = false;
        await sink(taken);
        areWritten = true;
        arrivals.written();
        resume();
        if (pace) {
          socket.pause();
          await pace.wait(bytes);
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
    slabs?.giveBack(areWritten);
    socket.off('data', take);
    socket.off('end', end);
    socket.off('error', lose);
    socket.off('close', close);
  }
}

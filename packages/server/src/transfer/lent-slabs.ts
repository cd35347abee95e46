import type { Socket } from 'node:net';
import type { Arrivals } from './arrivals.ts';
import type { BufferPool } from './buffer-pool.ts';
import { readInto } from './read-into.ts';
import { SlabArrivals } from './slab-arrivals.ts';

/** With half as many the client waits for the storage now and then, and an upload takes a tenth longer. */
const slabsPerUpload = 4;

export interface LentSlabs {
  readonly arrivals: Arrivals;
  /** @param areWritten - False when the system may still read them (a write that failed). */
  giveBack(areWritten: boolean): void;
}

/**
 * Makes a connection read into buffers of the pool from now on.
 * @returns undefined where it goes on as before: the pool has none to spare, or this Node.js can't.
 */
export function lendSlabs(socket: Socket, pool: BufferPool, onArrival: () => void): LentSlabs | undefined {
  const buffers = pool.take(Infinity, slabsPerUpload);
  const arrivals = buffers.length === slabsPerUpload ? new SlabArrivals(buffers) : undefined;
  const target = {
    room: () => arrivals!.room(),
    onRead: (count: number) => {
      arrivals!.fill(count);
      onArrival();
    },
  };
  if (!arrivals || !readInto(socket, target)) {
    pool.giveBack(buffers, true);
    return undefined;
  }
  return {
    arrivals,
    giveBack(areWritten) {
      // Until it is closed, the connection may put something there.
      if (socket.closed) pool.giveBack(buffers, areWritten);
      else socket.once('close', () => pool.giveBack(buffers, areWritten));
    },
  };
}

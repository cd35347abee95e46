import type { Arrivals } from './arrivals.ts';

/** With less room than this a slab is full: what the system and OpenSSL hold comes in one piece. */
const minRoomBytes = 64 * 1024;

/** What most records of TLS hold, and so where most rooms begin. */
const stepBytes = 16 * 1024;

interface Slab {
  readonly bytes: Uint8Array;
  /** By their beginnings, in steps: one for each record, made anew, would keep the garbage collector busy. */
  readonly rooms: Uint8Array[];
  filled: number;
  taken: number;
}

const emptySlab = (bytes: Uint8Array): Slab => ({ bytes, rooms: [], filled: 0, taken: 0 });
const roomOf = ({ bytes, filled }: Slab): number => bytes.length - filled;

/** Memory that is filled in turn, so that what arrives lies together, and is filled again when it is written. */
export class SlabArrivals implements Arrivals {
  readonly #idle: Slab[];
  readonly #lent: ReadonlySet<Uint8Array>;
  #current: Slab;
  #pieces: Uint8Array[] = [];
  #full: Slab[] = [];
  #fullAtTake: readonly Slab[] = [];
  bytes = 0;

  /** @param buffers - At least one, of the same size each, of more than 64 KiB. */
  constructor(buffers: readonly Uint8Array[]) {
    this.#lent = new Set(buffers);
    this.#idle = buffers.map(emptySlab);
    this.#current = this.#idle.pop()!;
  }

  get isFull(): boolean {
    return this.#idle.length === 0 && roomOf(this.#current) < minRoomBytes;
  }

  /** Where the next bytes are to be put; never empty. */
  room(): Uint8Array {
    const { bytes, rooms, filled } = this.#roomy();
    const step = filled / stepBytes;
    return Number.isInteger(step) ? (rooms[step] ??= bytes.subarray(filled)) : bytes.subarray(filled);
  }

  /** So many bytes were put there. */
  fill(count: number): void {
    this.#current.filled += count;
    this.bytes += count;
  }

  take(): readonly Uint8Array[] {
    this.#collect();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#fullAtTake = this.#full;
    this.#full = [];
    this.bytes = 0;
    return pieces;
  }

  written(): void {
    for (const slab of this.#fullAtTake)
      if (this.#lent.has(slab.bytes)) this.#idle.push(Object.assign(slab, { filled: 0, taken: 0 }));
    this.#fullAtTake = [];
  }

  #roomy(): Slab {
    if (roomOf(this.#current) >= minRoomBytes) return this.#current;
    const next = this.#idle.pop();
    // What a paused connection still hands over is little.
    if (next || roomOf(this.#current) === 0) {
      this.#collect();
      this.#full.push(this.#current);
      this.#current = next ?? emptySlab(Buffer.allocUnsafeSlow(minRoomBytes));
    }
    return this.#current;
  }

  #collect(): void {
    const { bytes, filled, taken } = this.#current;
    if (filled > taken) this.#pieces.push(bytes.subarray(taken, filled));
    this.#current.taken = filled;
  }
}

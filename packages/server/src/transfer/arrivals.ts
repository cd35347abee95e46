/** What a client sent and nobody has written yet. */
export interface Arrivals {
  readonly bytes: number;
  /** Whether the client is to be slowed down. What comes all the same finds room, too. */
  readonly isFull: boolean;
  /** All of it, in order. Once at a time: `written` comes before the next. */
  take(): readonly Uint8Array[];
  /** What was taken last is written, and its memory free for others. */
  written(): void;
}

/** What may wait for the storage. */
const maxWaitingBytes = 1024 * 1024;

/** Smaller ones share their memory with others. */
const minOwnBytes = 16 * 1024;

/** Chunks as Node makes them, each with memory of its own. */
export class ChunkArrivals implements Arrivals {
  #waiting: Uint8Array[] = [];
  #taken: readonly Uint8Array[] = [];
  bytes = 0;

  get isFull(): boolean {
    return this.bytes >= maxWaitingBytes;
  }

  add(chunk: Uint8Array): void {
    this.#waiting.push(chunk);
    this.bytes += chunk.length;
  }

  take(): readonly Uint8Array[] {
    this.#taken = this.#waiting;
    this.#waiting = [];
    this.bytes = 0;
    return this.#taken;
  }

  /**
   * Gives memory back at once. Left to the garbage collector, an upload makes it run for every 64 MiB, and each chunk
   * comes to memory that no cache has seen.
   */
  written(): void {
    for (const { buffer, byteLength } of this.#taken) {
      const isOwn = byteLength >= minOwnBytes && buffer.byteLength === byteLength;
      if (isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
    }
    this.#taken = [];
  }
}

/** Reused buffers for transfers: big ones as long as the budget lasts, then a small one for each transfer. */
export interface BufferPool {
  /**
   * Buffers for one transfer: never none, so that stalled transfers can't keep others from starting.
   * @param expectedBytes - How much will be sent, if known: little needs no big buffers.
   * @param big - How many big ones. Default 2.
   */
  take(expectedBytes?: number, big?: number): readonly Buffer[];
  /** @param areReusable - False when the system may still read them (a connection that was cut). */
  giveBack(buffers: readonly Buffer[], areReusable: boolean): void;
}

/** One pool for each direction: uploads that stand still must not slow down downloads. */
export type TransferBuffers = Readonly<Record<'send' | 'receive', BufferPool>>;

// Half as much costs a fifth more processor time, in handing over between threads; twice as much gains little.
const bigBytes = 512 * 1024;
const defaultBig = 2;
const smallBytes = 32 * 1024;
/** Big buffers that are kept while nobody uses them. */
const maxIdle = 8;

/** @param maxBytes - Budget for the big buffers of all transfers together. */
export function createBufferPool(maxBytes: number): BufferPool {
  const idle: Buffer[] = [];
  let bytesInUse = 0;
  return {
    take(expectedBytes = Infinity, big = defaultBig) {
      const isBudgetSpent = bytesInUse + bigBytes * big > maxBytes;
      if (expectedBytes <= smallBytes || isBudgetSpent) return [Buffer.allocUnsafeSlow(smallBytes)];
      bytesInUse += bigBytes * big;
      return Array.from({ length: big }, () => idle.pop() ?? Buffer.allocUnsafeSlow(bigBytes));
    },
    giveBack(buffers, areReusable) {
      for (const buffer of buffers) {
        if (buffer.length !== bigBytes) continue;
        bytesInUse -= bigBytes;
        if (areReusable && idle.length < maxIdle) idle.push(buffer);
      }
    },
  };
}

const poolBytes = 8192;
const maxPooledBytes = 1024;

/** Makes small buffers as parts of larger ones: an ArrayBuffer for each would cost ten times as much. */
export function createBufferPool(): { allocate(length: number): Uint8Array } {
  let pool = new ArrayBuffer(poolBytes);
  let used = 0;
  return {
    allocate(length) {
      if (length > maxPooledBytes) return new Uint8Array(length);
      if (used + length > poolBytes) {
        pool = new ArrayBuffer(poolBytes);
        used = 0;
      }
      const buffer = new Uint8Array(pool, used, length);
      // Whoever makes a view of wider numbers needs an even start.
      used += (length + 7) & ~7;
      return buffer;
    },
  };
}

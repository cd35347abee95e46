import { isCacheError, type Cache } from '@ftpd/cache';

export interface LoadResult {
  /** Pairs of set and get that worked. */
  readonly answers: number;
  /** By code. */
  readonly failures: ReadonlyMap<string, number>;
  /** Of a set and a get after it. */
  readonly slowestMs: number;
  /** Values that belong to another key. */
  readonly wrong: number;
}

/** Keeps many calls under way until `end`. */
export function startLoad(cache: Cache, width = 20): { readonly end: () => Promise<LoadResult> } {
  const result = { answers: 0, failures: new Map<string, number>(), slowestMs: 0, wrong: 0 };
  let isRunning = true;
  const lanes = Array.from({ length: width }, async (_, lane) => {
    for (let turn = 0; isRunning; turn += 1) {
      const name = `${lane}:${turn % 50}`;
      const startMs = performance.now();
      try {
        await cache.set(Buffer.from(name), Buffer.from(`value of ${name}`), { ttlMs: 60_000 });
        const value = await cache.get(Buffer.from(name));
        if (value !== undefined && Buffer.from(value).toString() !== `value of ${name}`) result.wrong += 1;
        result.answers += 1;
      } catch (error) {
        if (!isCacheError(error)) throw error;
        result.failures.set(error.code, (result.failures.get(error.code) ?? 0) + 1);
        // A server that is away answers at once, and would keep this loop from letting anybody else work.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      result.slowestMs = Math.max(result.slowestMs, performance.now() - startMs);
    }
  });
  return {
    async end() {
      isRunning = false;
      await Promise.all(lanes);
      return result;
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { TransferRate } from '../settings.ts';

/** Holds a transfer to a rate. */
export interface Pace {
  /** Waits as long as the bytes so far, with these, are ahead of the rate. */
  wait(bytes: number): Promise<void>;
}

/** @returns undefined when there is nothing to hold back. */
export function createPace(
  rate: TransferRate | undefined,
  signal: AbortSignal,
  now: () => number,
): Pace | undefined {
  if (!rate || rate.bytesPerSecond <= 0) return undefined;
  let freeBytes = rate.freeBytes;
  let paidBytes = 0;
  let startedAtMs: number | undefined;
  return {
    async wait(bytes) {
      const spared = Math.min(freeBytes, bytes);
      freeBytes -= spared;
      paidBytes += bytes - spared;
      if (paidBytes === 0) return;
      startedAtMs ??= now();
      const aheadMs = (paidBytes / rate.bytesPerSecond) * 1000 - (now() - startedAtMs);
      // Timers cut fractions of a millisecond off, which would be ahead of the rate.
      if (aheadMs > 0) await delay(Math.ceil(aheadMs), undefined, { signal }).catch(() => undefined);
    },
  };
}

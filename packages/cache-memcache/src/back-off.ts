const FIRST_MS = 50;
const MAX_MS = 2000;

/** A connection that lasted this long speaks for its server: the next attempt may come at once. */
const STABLE_MS = 1000;

/** How long to wait before the next attempt to connect. */
export interface BackOff {
  /** @returns ms from now. */
  next(): number;
  /** Whether what has just ended was good for long enough to be made again at once. */
  isStable(upSinceMs: number, nowMs: number): boolean;
  /** The server has been there for long. */
  reset(): void;
}

/**
 * Doubling from 50 ms to 2 s, each a random part shorter, so that the nodes of a pool don't come all at once.
 * @param fixedMs - Always this long instead.
 */
export function createBackOff(fixedMs?: number, random: () => number = Math.random): BackOff {
  let stepMs = FIRST_MS;
  return {
    next() {
      if (fixedMs !== undefined) return fixedMs;
      const delayMs = stepMs * (1 - random() / 4);
      stepMs = Math.min(stepMs * 2, MAX_MS);
      return delayMs;
    },
    isStable: (upSinceMs, nowMs) => nowMs - upSinceMs >= STABLE_MS,
    reset() {
      stepMs = FIRST_MS;
    },
  };
}

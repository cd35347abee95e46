/** How long to wait before the next attempt. */
export interface BackOff {
  /** @param livedMs - How long the one that just ended had lived. @returns the delay in ms. */
  next(livedMs: number): number;
}

const firstMs = 100;
const longestMs = 30_000;
const healthyMs = 60_000;

/** 100 ms, doubled each time up to 30 s; from the beginning again after a life of a minute. */
export function createBackOff(): BackOff {
  let delayMs = firstMs;
  return {
    next(livedMs) {
      if (livedMs >= healthyMs) delayMs = firstMs;
      const now = delayMs;
      delayMs = Math.min(delayMs * 2, longestMs);
      return now;
    },
  };
}

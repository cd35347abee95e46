/** What a sweeper keeps tidy. */
export interface Sweepable {
  readonly records: number;
  /** @returns how many of the records in so many buckets had ended and were removed. */
  sweep(buckets: number): number;
}

const pauseMs = 250;
const bucketsPerStep = 2048;

/** Gives the memory of ended records back, a little at a time, while there are any that may end. */
export function startSweeper(store: Sweepable): { wake(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const step = (): void => {
    const removed = store.sweep(bucketsPerStep);
    timer = undefined;
    if (store.records === 0 || isStopped) return;
    // Where many have ended, many more may have.
    timer = setTimeout(step, removed > bucketsPerStep / 8 ? 1 : pauseMs);
    // A cache keeps no process alive.
    timer.unref();
  };
  return {
    /** There is a record that will end. */
    wake() {
      if (timer !== undefined || isStopped) return;
      timer = setTimeout(step, pauseMs);
      timer.unref();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

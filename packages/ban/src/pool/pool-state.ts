/** Whether the pool's cache can be asked, and how old what is known of it is. */
export interface PoolState {
  /** Asked not long ago, and it answered. */
  isFresh(nowMs: number): boolean;
  /** Asked not long ago, and it did not answer: there is no use in waiting for it again. */
  isAway(nowMs: number): boolean;
  answered(): void;
  /** @returns nothing; the first failure after an answer is told. */
  failed(error: unknown): void;
}

export function createPoolState(options: {
  readonly freshMs: number;
  readonly now: () => number;
  readonly onOutage: (error: unknown) => void;
  readonly onRecovery: () => void;
}): PoolState {
  const { freshMs, now, onOutage, onRecovery } = options;
  let atMs = -Infinity;
  let isAnswering: boolean | undefined;
  // A clock that was set back must not make the old look fresh.
  const isRecent = (nowMs: number): boolean => nowMs - atMs < freshMs && nowMs >= atMs;
  return {
    isFresh: (nowMs) => isAnswering === true && isRecent(nowMs),
    isAway: (nowMs) => isAnswering === false && isRecent(nowMs),
    answered() {
      const wasAway = isAnswering === false;
      isAnswering = true;
      atMs = now();
      if (wasAway) onRecovery();
    },
    failed(error) {
      const wasAway = isAnswering === false;
      isAnswering = false;
      atMs = now();
      if (!wasAway) onOutage(error);
    },
  };
}

/** Whether the pool's cache can be asked, and how old what is known of it is. */
export interface PoolState {
  /** Asked not long ago, and all of it answered. */
  isFresh(nowMs: number): boolean;
  /** Asked not long ago, and not all of it answered: who is not banned is not known. */
  isAway(nowMs: number): boolean;
  /** Asked not long ago, and nothing answered: there is no use in waiting for it again. */
  isSilent(nowMs: number): boolean;
  /** @param error - Why some of it did not answer; undefined: all did. */
  answered(error?: unknown): void;
  /** Nothing of it answered. The first failure after an answer is told. */
  failed(error: unknown): void;
  /** A call failed, which may be all of it or not: the next poll will tell. */
  doubted(error: unknown): void;
}

type Health = 'unknown' | 'whole' | 'in-part' | 'silent';

export function createPoolState(options: {
  readonly freshMs: number;
  readonly now: () => number;
  readonly onOutage: (error: unknown) => void;
  readonly onRecovery: () => void;
}): PoolState {
  const { freshMs, now, onOutage, onRecovery } = options;
  let atMs = -Infinity;
  let health: Health = 'unknown';
  // A clock that was set back must not make the old look fresh.
  const isRecent = (nowMs: number): boolean => nowMs - atMs < freshMs && nowMs >= atMs;

  const become = (next: Health, error?: unknown): void => {
    const before = health;
    health = next;
    atMs = now();
    const wasAway = before === 'in-part' || before === 'silent';
    if (next === 'whole' && wasAway) onRecovery();
    if (next !== 'whole' && !wasAway) onOutage(error);
  };

  return {
    isFresh: (nowMs) => health === 'whole' && isRecent(nowMs),
    isAway: (nowMs) => (health === 'in-part' || health === 'silent') && isRecent(nowMs),
    isSilent: (nowMs) => health === 'silent' && isRecent(nowMs),
    answered(error) {
      become(error === undefined ? 'whole' : 'in-part', error);
    },
    failed(error) {
      become('silent', error);
    },
    doubted(error) {
      if (health === 'unknown' || health === 'whole') become('in-part', error);
    },
  };
}

import { isCacheError } from '@ftpd/cache';
import type { TlsSessionEvent } from './events.ts';

/** Whether the cache answers: tells of changes, and spares handshakes the waiting for one that is silent. */
export interface CacheWatch {
  /** False: it let several calls in a row wait in vain, and is not asked for a moment. */
  isWorthAsking(): boolean;
  answered(): void;
  failed(error: unknown): void;
}

const maxTimeouts = 2;
const pauseMs = 1000;

export function createCacheWatch(onEvent: (event: TlsSessionEvent) => void, now: () => number): CacheWatch {
  let isAway = false;
  let timeouts = 0;
  let lastMs = -Infinity;
  return {
    isWorthAsking: () => timeouts < maxTimeouts || Math.abs(now() - lastMs) >= pauseMs,
    answered() {
      timeouts = 0;
      if (!isAway) return;
      isAway = false;
      onEvent({ type: 'recovery' });
    },
    failed(error) {
      lastMs = now();
      timeouts = isCacheError(error, 'CACHE_TIMEOUT') ? timeouts + 1 : 0;
      if (isAway) return;
      isAway = true;
      onEvent({ type: 'outage', error });
    },
  };
}

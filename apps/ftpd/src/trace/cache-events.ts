import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { cacheChannelName, type CacheEvent } from '@ftpd/cache';
import type { TraceLog } from './trace-log.ts';

const ownChannels: ReadonlySet<string> = new Set(['memcache', 'redis']);
const levels = { ended: 7, failed: 6 } as const;

/** Tells operations of caches. Call `follow` after each change of what is traced: caches work faster unheard. */
export function createCacheTrace(tracing: TraceLog): { follow(): void } {
  let isListening = false;
  const tell = (message: unknown): void => {
    const { driver, operation, outcome, durationMs } = message as CacheEvent;
    tracing.trace(
      ownChannels.has(driver) ? driver : 'cache',
      outcome.startsWith('CACHE_') ? levels.failed : levels.ended,
      () => `${operation}: ${outcome} after ${durationMs.toFixed(1)} ms`,
    );
  };
  return {
    follow() {
      const isWanted = [...ownChannels, 'cache'].some((channel) =>
        Object.values(levels).some((level) => tracing.isTold(channel, level)),
      );
      if (isWanted === isListening) return;
      isListening = isWanted;
      if (isWanted) subscribe(cacheChannelName, tell);
      else unsubscribe(cacheChannelName, tell);
    },
  };
}

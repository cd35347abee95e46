import type { CacheAnswer } from './cache.ts';
import type { CacheOperation, CacheOutcome } from './events.ts';

/** What an answer means, by the operation that it answers. */
export function outcomeOf(operation: CacheOperation, value: unknown): CacheOutcome {
  if (operation === 'get' || operation === 'getEntry') return value === undefined ? 'miss' : 'hit';
  if (operation === 'getMany')
    return (value as readonly CacheAnswer[]).some(({ outcome }) => outcome === 'error') ? 'partial' : 'done';
  return value === false ? 'declined' : 'done';
}

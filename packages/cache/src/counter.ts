import { CacheError } from './errors.ts';

/**
 * A counter's next value, from its entry.
 * @param value - Decimal ASCII digits.
 * @throws {CacheError} CACHE_NOT_A_COUNTER, CACHE_COUNTER_RANGE
 */
export function countUp(value: Uint8Array, delta: number): number {
  const text = value.length > 20 ? '' : Buffer.from(value).toString('latin1');
  if (!/^\d+$/.test(text)) throw new CacheError('CACHE_NOT_A_COUNTER');
  const count = Number(text) + delta;
  if (!Number.isSafeInteger(count)) throw new CacheError('CACHE_COUNTER_RANGE');
  return count;
}

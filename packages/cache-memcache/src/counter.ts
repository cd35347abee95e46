import { CacheError, type CacheCall } from '@ftpd/cache';
import { readCounter } from './answers.ts';
import type { ServerLink } from './server-link.ts';
import { incrementExtras, NOTHING, opcodes, undoExtras } from './wire.ts';

const UNDO_MS = 10_000;

/**
 * memcached counts modulo 2^64 and knows no smaller bound: what goes beyond is taken back.
 * @param exptime - Of a counter that is made.
 * @throws {CacheError} CACHE_COUNTER_RANGE, CACHE_NOT_A_COUNTER
 */
export async function incrementCounter(
  link: ServerLink,
  key: Buffer,
  delta: number,
  exptime: number,
  call: CacheCall,
): Promise<number> {
  const request = { opcode: opcodes.INCREMENT, key, value: NOTHING };
  const value = await link.ask({ ...request, extras: incrementExtras(delta, exptime) }, call, readCounter);
  if (value === undefined) return delta;
  const hasWrapped = value < BigInt(delta);
  if (!hasWrapped && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  // It must be done, whether the caller still waits or not.
  const undoing = { deadlineAtMs: performance.now() + UNDO_MS, isOver: false };
  await link.ask({ ...request, extras: undoExtras(delta) }, undoing, readCounter);
  throw new CacheError('CACHE_COUNTER_RANGE');
}

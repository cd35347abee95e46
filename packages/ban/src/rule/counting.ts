import type { Cache } from '@ftpd/cache';
import { hash } from 'node:crypto';
import { countOwn } from '../pool/own-counter.ts';
import type { CheckedRule } from './rule.ts';

/** Whose events are counted: the generation begins the counts anew after a permit. */
export interface Counted {
  readonly id: string;
  readonly generation: number;
}

/** Any key would do that is short and can't be chosen: names are long, and come from clients. */
function counterKey(kind: string, rule: CheckedRule, counted: Counted, window: number | string): Uint8Array {
  const { name, windowMs, limit } = rule;
  const text = JSON.stringify([kind, name, windowMs, limit, counted.id, counted.generation, window]);
  return Buffer.from(`c${hash('sha256', text, 'base64url').slice(0, 27)}`);
}

/** The most keys that are remembered for a rule. */
const maxKeys = 20_000;
const fixedKeys = new WeakMap<CheckedRule, Map<string, Uint8Array>>();

/** The same clients fail again: their keys need not be made again. */
function fixedKey(rule: CheckedRule, counted: Counted): Uint8Array {
  let keys = fixedKeys.get(rule);
  if (keys === undefined || keys.size >= maxKeys) fixedKeys.set(rule, (keys = new Map<string, Uint8Array>()));
  const { id, generation } = counted;
  const name = generation === 0 ? id : `${generation} ${id}`;
  let key = keys.get(name);
  if (key === undefined) keys.set(name, (key = counterKey('fixed', rule, counted, '')));
  return key;
}

/**
 * Counts an event in a cache, with one parallel round of calls.
 * @returns the points in the window, this event's included.
 * @throws {CacheError} as a rejection
 */
export function countEvent(
  cache: Cache,
  rule: CheckedRule,
  counted: Counted,
  points: number,
  nowMs: number,
): Promise<number> {
  return rule.window === 'sliding'
    ? countSliding(cache, rule, counted, points, nowMs)
    : countOwn(cache, fixedKey(rule, counted), points, { ttlMs: rule.windowMs });
}

async function countSliding(
  cache: Cache,
  rule: CheckedRule,
  counted: Counted,
  points: number,
  nowMs: number,
): Promise<number> {
  const { windowMs } = rule;
  const index = Math.floor(nowMs / windowMs);
  const [current, before] = await Promise.all([
    countOwn(cache, counterKey('sliding', rule, counted, index), points, { ttlMs: 2 * windowMs }),
    cache.get(counterKey('sliding', rule, counted, index - 1)),
  ]);
  const share = 1 - (nowMs - index * windowMs) / windowMs;
  return Math.floor(current + numberOf(before) * share);
}

/**
 * Notes a ban for those that may follow.
 * @returns how many of the subject there were before.
 * @throws {CacheError}
 */
export async function countReturn(cache: Cache, rule: CheckedRule, id: string): Promise<number> {
  const key = counterKey('return', rule, { id, generation: 0 }, '');
  const ttlMs = rule.escalation?.memoryMs ?? 30 * 24 * 60 * 60 * 1000;
  const count = await countOwn(cache, key, 1, { ttlMs });
  // The memory begins with the last ban, not with the first.
  if (count > 1) await cache.touch(key, { ttlMs });
  return count - 1;
}

/** A counter that others may have written to. */
function numberOf(bytes: Uint8Array | undefined): number {
  const text = bytes === undefined || bytes.length > 15 ? '' : Buffer.from(bytes).toString('latin1');
  return /^\d+$/.test(text) ? Number(text) : 0;
}

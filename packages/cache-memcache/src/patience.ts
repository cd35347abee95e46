import type { CacheCall } from '@ftpd/cache';

/** How long the answer to one request may take. */
export interface Patience {
  /** On the scale of `performance.now()`. Set when the request goes out. */
  sentAtMs: number;
  /** Silence that is borne, in ms. */
  readonly patienceMs: number;
}

/** A caller in a hurry must not bring a healthy server into disrepute. */
const MIN_PATIENCE_MS = 100;

/** However busy the server is otherwise: an answer that has not come by then does not come. */
const MAX_ANSWER_MS = 10_000;

/** What the slowest network that is put up with carries. */
const BYTES_PER_MS = 1000;

/** A server that is silent for as long as its caller waits is taken for dead, so that the next caller waits no more. */
export function patienceOf(
  call: Pick<CacheCall, 'deadlineAtMs'>,
  nowMs: number,
  answerTimeoutMs: number,
  requestBytes: number = 0,
): number {
  return Math.min(
    answerTimeoutMs + requestBytes / BYTES_PER_MS,
    Math.max(MIN_PATIENCE_MS, call.deadlineAtMs - nowMs),
  );
}

/** @param lastProgressAtMs - When the server last did something. */
export function isSilent(waiter: Patience, lastProgressAtMs: number, nowMs: number): boolean {
  return nowMs >= dueMs(waiter, lastProgressAtMs);
}

export function nextLookMs(waiters: readonly Patience[], lastProgressAtMs: number): number {
  return waiters.reduce((next, waiter) => Math.min(next, dueMs(waiter, lastProgressAtMs)), Infinity);
}

function dueMs({ sentAtMs, patienceMs }: Patience, lastProgressAtMs: number): number {
  return Math.min(Math.max(sentAtMs, lastProgressAtMs) + patienceMs, sentAtMs + MAX_ANSWER_MS);
}

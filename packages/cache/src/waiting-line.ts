import type { PendingCall } from './call.ts';
import { CacheError } from './errors.ts';

/**
 * The calls under way, by deadline, and the one timer that ends those whose time is up. The line is a linked list: a call
 * nearly always belongs at its end, so that joining and leaving cost a few assignments, and no timer is set or cleared.
 */
export class WaitingLine {
  #first: PendingCall<unknown> | undefined;
  #last: PendingCall<unknown> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Infinity;

  join(call: PendingCall<unknown>, nowMs: number): void {
    let before = this.#last;
    while (before !== undefined && before.deadlineAtMs > call.deadlineAtMs) before = before.earlier;
    call.earlier = before;
    call.later = before === undefined ? this.#first : before.later;
    if (call.later === undefined) this.#last = call;
    else call.later.earlier = call;
    if (before === undefined) this.#first = call;
    else before.later = call;
    if (call.deadlineAtMs < this.#timerAtMs) this.#setTimer(call.deadlineAtMs, nowMs);
    // The timer of calls that ended may still run, without holding the process up.
    else if (this.#first === this.#last) this.#timer?.ref();
  }

  leave(call: PendingCall<unknown>): void {
    if (call.earlier === undefined) this.#first = call.later;
    else call.earlier.later = call.later;
    if (call.later === undefined) this.#last = call.earlier;
    else call.later.earlier = call.earlier;
    call.earlier = undefined;
    call.later = undefined;
    if (this.#first === undefined) this.#timer?.unref();
  }

  /** Ends every call. */
  giveUpAll(error: CacheError): void {
    while (this.#first !== undefined) this.#first.giveUp(error);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAtMs = Infinity;
  }

  #setTimer(atMs: number, nowMs: number): void {
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => this.#giveUpLate(), Math.ceil(atMs - nowMs));
  }

  #giveUpLate(): void {
    this.#timer = undefined;
    this.#timerAtMs = Infinity;
    const nowMs = performance.now();
    while (this.#first !== undefined && this.#first.deadlineAtMs <= nowMs)
      this.#first.giveUp(new CacheError('CACHE_TIMEOUT'));
    if (this.#first !== undefined) this.#setTimer(this.#first.deadlineAtMs, nowMs);
  }
}

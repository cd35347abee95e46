import { checkDeadline } from './arguments.ts';
import type { Answer, CacheCall } from './backend.ts';
import { asCacheError, isPromise, PendingCall } from './call.ts';
import type { CallOptions } from './cache.ts';
import { CacheError } from './errors.ts';
import { cacheChannel, type CacheEvent, type CacheOperation } from './events.ts';
import { outcomeOf } from './outcome.ts';
import { WaitingLine } from './waiting-line.ts';

/** What those get who never look at it. */
export const noCall: CacheCall = {
  deadlineAtMs: Infinity,
  isOver: false,
  signal: new AbortController().signal,
};

/** Runs the calls of one cache: each ends by its deadline, is reported, and gets nothing but its own answer. */
export class CallRunner {
  readonly #name: string;
  readonly #deadlineMs: number;
  readonly #answersAtOnce: boolean;
  readonly #line = new WaitingLine();
  #isEnded = false;

  constructor(name: string, deadlineMs: number, answersAtOnce: boolean) {
    this.#name = name;
    this.#deadlineMs = deadlineMs;
    this.#answersAtOnce = answersAtOnce;
  }

  /** Whether there is nothing to do for a call without options but to make it. */
  get isDirect(): boolean {
    return this.#answersAtOnce && !this.#isEnded && !cacheChannel.hasSubscribers;
  }

  /** @param act - Checks what else there is to check, and asks the backend. What it throws becomes a rejection. */
  run<T>(
    operation: CacheOperation,
    options: CallOptions | undefined,
    act: (call: CacheCall) => Answer<T>,
  ): Promise<T> {
    if (this.#isEnded) return Promise.reject(new CacheError('CACHE_CLOSED'));
    if (options?.signal?.aborted === true) return Promise.reject(abortError(options.signal));
    let deadlineMs = 0;
    try {
      deadlineMs = this.#deadlineOf(options);
    } catch (error) {
      return Promise.reject(asCacheError(error));
    }
    return this.#answersAtOnce
      ? this.#runAtOnce(operation, act)
      : this.#start(operation, deadlineMs, options?.signal, act);
  }

  #runAtOnce<T>(operation: CacheOperation, act: (call: CacheCall) => Answer<T>): Promise<T> {
    const startedAtMs = cacheChannel.hasSubscribers ? performance.now() : 0;
    try {
      const value = act(noCall) as T;
      if (cacheChannel.hasSubscribers) this.#report(operation, startedAtMs, undefined, value);
      return Promise.resolve(value);
    } catch (thrown) {
      const error = asCacheError(thrown);
      if (cacheChannel.hasSubscribers) this.#report(operation, startedAtMs, error, undefined);
      return Promise.reject(error);
    }
  }

  #start<T>(
    operation: CacheOperation,
    deadlineMs: number,
    signal: AbortSignal | undefined,
    act: (call: CacheCall) => Answer<T>,
  ): Promise<T> {
    const call = new PendingCall<T>(operation, performance.now(), deadlineMs, this.#onEnd);
    this.#line.join(call as PendingCall<unknown>, call.startedAtMs);
    try {
      const answer = act(call);
      if (isPromise(answer)) {
        if (signal !== undefined) abortWith(call, signal);
        answer.then(
          (value) => call.succeed(value),
          (error: unknown) => call.fail(error),
        );
      } else call.succeed(answer);
    } catch (error) {
      call.fail(error);
    }
    return call.promise;
  }

  #deadlineOf(options: CallOptions | undefined): number {
    const deadlineMs = options?.deadlineMs;
    if (deadlineMs === undefined) return this.#deadlineMs;
    checkDeadline(deadlineMs);
    return deadlineMs;
  }

  /** Ends the calls under way and all later ones with CACHE_CLOSED. */
  end(): void {
    this.#isEnded = true;
    this.#line.giveUpAll(new CacheError('CACHE_CLOSED'));
  }

  readonly #onEnd = <T>(call: PendingCall<T>, error: CacheError | undefined, value: T | undefined): void => {
    this.#line.leave(call as PendingCall<unknown>);
    if (cacheChannel.hasSubscribers) this.#report(call.operation, call.startedAtMs, error, value);
  };

  #report(
    operation: CacheOperation,
    startedAtMs: number,
    error: CacheError | undefined,
    value: unknown,
  ): void {
    const event: CacheEvent = {
      operation,
      driver: this.#name,
      durationMs: performance.now() - startedAtMs,
      outcome: error?.code ?? outcomeOf(operation, value),
    };
    cacheChannel.publish(event);
  }
}

function abortWith<T>(call: PendingCall<T>, signal: AbortSignal): void {
  const giveUp = (): void => call.giveUp(abortError(signal));
  signal.addEventListener('abort', giveUp, { once: true });
  // A signal may live for as long as the program, and must not collect listeners.
  const forget = (): void => signal.removeEventListener('abort', giveUp);
  call.promise.then(forget, forget);
}

function abortError(signal: AbortSignal): CacheError {
  return new CacheError('CACHE_ABORTED', { cause: signal.reason });
}

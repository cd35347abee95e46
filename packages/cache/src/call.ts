import type { Answer, CacheCall } from './backend.ts';
import { CacheError, isCacheError } from './errors.ts';
import type { CacheOperation } from './events.ts';

/** Whatever a backend threw, as what callers may rely on. */
export function asCacheError(error: unknown): CacheError {
  return isCacheError(error) ? error : new CacheError('CACHE_UNAVAILABLE', { cause: error });
}

/** Whether an answer comes later; a driver's client may have promises of its own make. */
export function isPromise<T>(answer: Answer<T>): answer is Promise<T> {
  return answer instanceof Promise || (typeof answer === 'object' && answer !== null && 'then' in answer);
}

/** Told when a call ends: with an error, or with a value. */
export type OnEnd<T> = (call: PendingCall<T>, error: CacheError | undefined, value: T | undefined) => void;

/** A call that waits for its backend. It ends once: by the answer, or early; what comes later is dropped. */
export class PendingCall<T> implements CacheCall {
  readonly operation: CacheOperation;
  readonly startedAtMs: number;
  readonly deadlineAtMs: number;
  readonly promise: Promise<T>;
  /** Neighbours in the line of those that wait, earlier deadlines first. */
  earlier: PendingCall<unknown> | undefined;
  later: PendingCall<unknown> | undefined;
  isOver = false;
  readonly #onEnd: OnEnd<T>;
  #resolve!: (value: T) => void;
  #reject!: (error: CacheError) => void;
  #controller: AbortController | undefined;
  #endedBy: CacheError | undefined;

  constructor(operation: CacheOperation, startedAtMs: number, deadlineMs: number, onEnd: OnEnd<T>) {
    this.operation = operation;
    this.startedAtMs = startedAtMs;
    this.deadlineAtMs = startedAtMs + deadlineMs;
    this.#onEnd = onEnd;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Most drivers never ask, and an AbortController costs more than all the rest of a call. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#endedBy !== undefined) this.#controller.abort(this.#endedBy);
    return this.#controller.signal;
  }

  succeed(value: T): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#onEnd(this, undefined, value);
    this.#resolve(value);
  }

  /** The backend failed. */
  fail(thrown: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    const error = asCacheError(thrown);
    this.#onEnd(this, error, undefined);
    this.#reject(error);
  }

  /** The caller waits no longer: the backend is told. */
  giveUp(error: CacheError): void {
    if (this.isOver) return;
    this.#endedBy = error;
    this.fail(error);
    this.#controller?.abort(error);
  }
}

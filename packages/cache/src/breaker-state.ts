/** `closed`: calls pass. `open`: calls fail at once. `half-open`: one call is on its way to find out. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerLimits {
  /** Failures in a row that open the breaker. */
  readonly failures: number;
  /** How long it stays open before one call may try, in ms. */
  readonly pauseMs: number;
}

/** The state of a circuit breaker, moved by what happens to calls. It knows no clock and makes no calls. */
export class Breaker {
  readonly #limits: BreakerLimits;
  readonly #onState: (state: BreakerState) => void;
  #state: BreakerState = 'closed';
  #failures = 0;
  #openedAtMs = 0;

  constructor(limits: BreakerLimits, onState: (state: BreakerState) => void) {
    this.#limits = limits;
    this.#onState = onState;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a call may go; if the breaker was open, it is the probe, and `succeeded`, `failed` or `left` must follow. */
  mayPass(nowMs: number): boolean {
    if (this.#state === 'closed') return true;
    if (this.#state === 'half-open' || nowMs - this.#openedAtMs < this.#limits.pauseMs) return false;
    this.#move('half-open');
    return true;
  }

  succeeded(isProbe: boolean): void {
    // An answer to a call from before the breaker opened says nothing of now.
    if (this.#state !== 'closed' && !isProbe) return;
    this.#failures = 0;
    this.#move('closed');
  }

  failed(isProbe: boolean, nowMs: number): void {
    if (this.#state !== 'closed' && !isProbe) return;
    this.#failures++;
    if (!isProbe && this.#failures < this.#limits.failures) return;
    this.#openedAtMs = nowMs;
    this.#move('open');
  }

  /** The call ended by its caller's doing: nothing was learnt, and the next one may try. */
  left(isProbe: boolean): void {
    if (isProbe) this.#move('open');
  }

  #move(state: BreakerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState(state);
  }
}

/** A caller in a hurry must not make all others believe that the server is dead. */
const MIN_PATIENCE_MS = 100;

/**
 * Notices that a server has fallen silent while answers are awaited: first for new calls, as soon as the deadline of a
 * call has passed without a sign of life, so that only one call pays for it; then for the connection as a whole.
 *
 * It never believes the clock alone: when this process itself was held up, the answers are there to be read.
 */
export class QuietWatch {
  readonly #silenceTimeoutMs: number;
  readonly #bytesTaken: () => number;
  readonly #onSilent: () => void;
  #awaited = 0;
  #quietSinceMs = 0;
  #patienceMs = 0;
  #lastBytesTaken = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /**
   * @param bytesTaken - How many bytes the other side has taken from us so far, while there are more to take; else 0.
   * @param onSilent - Called once, after `silenceTimeoutMs` without a sign of life.
   */
  constructor(silenceTimeoutMs: number, bytesTaken: () => number, onSilent: () => void) {
    this.#silenceTimeoutMs = silenceTimeoutMs;
    this.#bytesTaken = bytesTaken;
    this.#onSilent = onSilent;
  }

  /** A command goes out. @param deadlineAtMs - Until when its caller waits, on the scale of `performance.now()`. */
  sent(deadlineAtMs: number): void {
    this.#awaited += 1;
    if (this.#awaited > 1) return;
    const nowMs = performance.now();
    this.#quietSinceMs = nowMs;
    this.#patienceMs = Math.min(Math.max(deadlineAtMs - nowMs, MIN_PATIENCE_MS), this.#silenceTimeoutMs);
    if (this.#timer === undefined) this.#setTimer(this.#silenceTimeoutMs);
  }

  /** How many answers are still to come. */
  get awaited(): number {
    return this.#awaited;
  }

  answered(): void {
    this.#awaited -= 1;
  }

  /** Something came. */
  heard(): void {
    this.#quietSinceMs = performance.now();
    this.#patienceMs = this.#silenceTimeoutMs;
  }

  get isSuspect(): boolean {
    return this.#awaited > 0 && performance.now() - this.#quietSinceMs > this.#patienceMs;
  }

  /** Resolves when all that had come by now has been read: whether there was nothing. */
  isSilent(): Promise<boolean> {
    return new Promise((resolve) => {
      setImmediate(() => resolve(this.isSuspect && !this.#hasTaken()));
    });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #hasTaken(): boolean {
    const bytes = this.#bytesTaken();
    if (bytes === this.#lastBytesTaken) return false;
    this.#lastBytesTaken = bytes;
    this.heard();
    return true;
  }

  #setTimer(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#awaited === 0) return;
    const leftMs = this.#quietSinceMs + this.#silenceTimeoutMs - performance.now();
    if (leftMs > 0) this.#setTimer(leftMs);
    else
      setImmediate(() => {
        if (this.#isStopped || this.#awaited === 0 || this.#timer !== undefined) return;
        if (performance.now() - this.#quietSinceMs >= this.#silenceTimeoutMs && !this.#hasTaken())
          this.#onSilent();
        else this.#setTimer(this.#silenceTimeoutMs);
      });
  }
}

import type { ServerEventName } from './hooks.ts';
import type { EndReason } from './session-view.ts';

export type TimerName = 'idle' | 'login' | 'noTransfer' | 'stalled' | 'session';

export const timerReasons: { readonly [name in TimerName]: EndReason } = {
  idle: 'timeout-idle',
  login: 'timeout-login',
  noTransfer: 'timeout-no-transfer',
  stalled: 'timeout-stalled',
  session: 'timeout-session',
};

export const timeoutEvents: { readonly [name in TimerName]: ServerEventName } = {
  idle: 'TimeoutIdle',
  login: 'TimeoutLogin',
  noTransfer: 'TimeoutNoTransfer',
  stalled: 'TimeoutStalled',
  session: 'TimeoutSession',
};

export const timeoutTexts: { readonly [name in TimerName]: string } = {
  idle: 'Idle timeout',
  login: 'Login timeout',
  noTransfer: 'No transfer timeout',
  stalled: 'Data transfer stall timeout',
  session: 'Session timeout',
};

/** The timers of one session. Each runs at most once; starting it again starts it anew. */
export class SessionTimers {
  readonly #onEnd: (name: TimerName, durationMs: number) => void;
  readonly #running = new Map<TimerName, NodeJS.Timeout>();

  constructor(onEnd: (name: TimerName, durationMs: number) => void) {
    this.#onEnd = onEnd;
  }

  /** @param durationMs - 0: the timer is off. */
  start(name: TimerName, durationMs: number): void {
    this.stop(name);
    if (durationMs <= 0) return;
    // Longer ones would fire at once: timers hold 31 bits of milliseconds (24.8 days).
    const heldMs = Math.min(durationMs, 0x7fff_ffff);
    this.#running.set(
      name,
      setTimeout(() => this.#onEnd(name, durationMs), heldMs),
    );
  }

  /** Starts the count from now again, if the timer runs. */
  refresh(name: TimerName): void {
    this.#running.get(name)?.refresh();
  }

  stop(name: TimerName): void {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  stopAll(): void {
    for (const timer of this.#running.values()) clearTimeout(timer);
    this.#running.clear();
  }
}

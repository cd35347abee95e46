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

/** Made once for each name and duration: a transfer stops and starts three of them. */
interface SessionTimer {
  readonly durationMs: number;
  readonly timeout: NodeJS.Timeout;
  isRunning: boolean;
}

/** The timers of one session. Each runs at most once; starting it again starts it anew. */
export class SessionTimers {
  readonly #onEnd: (name: TimerName, durationMs: number) => void;
  readonly #timers = new Map<TimerName, SessionTimer>();

  constructor(onEnd: (name: TimerName, durationMs: number) => void) {
    this.#onEnd = onEnd;
  }

  /** @param durationMs - 0: the timer is off. */
  start(name: TimerName, durationMs: number): void {
    const known = this.#timers.get(name);
    if (known !== undefined && known.durationMs === durationMs) {
      known.isRunning = true;
      known.timeout.refresh();
      return;
    }
    clearTimeout(known?.timeout);
    this.#timers.delete(name);
    if (durationMs <= 0) return;
    // Longer ones would fire at once: timers hold 31 bits of milliseconds (24.8 days).
    const heldMs = Math.min(durationMs, 0x7fff_ffff);
    const timeout = setTimeout(() => this.#end(name), heldMs);
    this.#timers.set(name, { durationMs, timeout, isRunning: true });
  }

  /** Starts the count from now again, if the timer runs. */
  refresh(name: TimerName): void {
    const timer = this.#timers.get(name);
    if (timer?.isRunning === true) timer.timeout.refresh();
  }

  stop(name: TimerName): void {
    const timer = this.#timers.get(name);
    if (timer !== undefined) timer.isRunning = false;
  }

  stopAll(): void {
    for (const { timeout } of this.#timers.values()) clearTimeout(timeout);
    this.#timers.clear();
  }

  #end(name: TimerName): void {
    const timer = this.#timers.get(name);
    if (timer?.isRunning !== true) return;
    timer.isRunning = false;
    this.#onEnd(name, timer.durationMs);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from './session.ts';

/**
 * Slows a client down that sends more commands than its settings allow in an interval.
 * @see ProFTPD mod_core MaxCommandRate
 */
export class CommandRate {
  #count = 0;
  #intervalStartMs = 0;

  async wait(session: Session): Promise<void> {
    const limit = session.settings.commandRate;
    if (!limit) return;
    const nowMs = session.context.now();
    if (nowMs - this.#intervalStartMs >= limit.intervalMs) {
      this.#intervalStartMs = nowMs;
      this.#count = 0;
    }
    this.#count++;
    if (this.#count <= limit.max) return;
    await session.context.emit({ name: 'MaxCommandRate', session });
    const heldMs = this.#intervalStartMs + limit.intervalMs - nowMs;
    await delay(heldMs, undefined, { signal: session.signal }).catch(() => undefined);
  }
}

import type { Socket } from 'node:net';
import type { PassiveListener } from './passive-listener.ts';

export interface ActiveTarget {
  readonly address: string;
  readonly port: number;
}

/** Makes an active data connection. @throws the system's error, or the signal's reason. */
export type ConnectTo = (target: ActiveTarget, signal: AbortSignal) => Promise<Socket>;

type Arrangement =
  | { readonly kind: 'active'; readonly target: ActiveTarget }
  | { readonly kind: 'passive'; readonly listener: PassiveListener };

/**
 * How the next data connection comes about. One arrangement at a time, used once: PASV and PORT replace what was
 * there, a transfer takes it.
 */
export class DataPort {
  #arrangement: Arrangement | undefined;
  readonly #connect: ConnectTo;

  constructor(connect: ConnectTo) {
    this.#connect = connect;
  }

  expectActive(target: ActiveTarget): void {
    this.close();
    this.#arrangement = { kind: 'active', target };
  }

  expectPassive(listener: PassiveListener): void {
    this.close();
    this.#arrangement = { kind: 'passive', listener };
  }

  /** For STAT. */
  get description(): string {
    const arrangement = this.#arrangement;
    if (!arrangement) return 'No data connection';
    return arrangement.kind === 'passive' ? 'Passive data connection' : 'Active data connection';
  }

  /** Takes the arrangement and gives its connection, paused. @throws the system's error, ECONNREFUSED when nothing was arranged. */
  async open(signal: AbortSignal): Promise<Socket> {
    const arrangement = this.#arrangement;
    this.#arrangement = undefined;
    if (!arrangement)
      throw Object.assign(new Error('neither PORT nor PASV came before'), { code: 'ECONNREFUSED' });
    if (arrangement.kind === 'passive') {
      try {
        return await arrangement.listener.accept(signal);
      } catch (error) {
        arrangement.listener.close();
        throw error;
      }
    }
    return this.#connect(arrangement.target, signal);
  }

  /** Forgets what was arranged. */
  close(): void {
    const arrangement = this.#arrangement;
    this.#arrangement = undefined;
    if (arrangement?.kind === 'passive') arrangement.listener.close();
  }
}

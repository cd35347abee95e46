import type { TlsFacts } from './tls-facts.ts';
import type { Socket } from 'node:net';
import type { SecureControl } from './tls-port.ts';

/** What AUTH, PBSZ and PROT have made of one session (RFC 4217). */
export class SessionSecurity {
  #control: SecureControl | undefined;
  #isCleared = false;
  /** Whether data connections are to be TLS ones. */
  isDataPrivate = false;

  /** Whether the control connection is encrypted. */
  get isControlSecure(): boolean {
    return this.#control !== undefined && !this.#isCleared;
  }

  /** Whether commands go in clear again (CCC); data connections may still be private. */
  get isCleared(): boolean {
    return this.#isCleared;
  }

  /** From the handshake on, to the end. */
  get facts(): TlsFacts | undefined {
    return this.#control?.facts;
  }

  secured(control: SecureControl): void {
    this.#control = control;
  }

  /** What CCC does. Undefined: it can't be done. */
  get clear(): ((signal: AbortSignal) => Promise<Socket>) | undefined {
    return this.isControlSecure ? this.#control?.clear?.bind(this.#control) : undefined;
  }

  /** Until the client has gone on in clear, all is as before. */
  cleared(): void {
    this.#isCleared = true;
  }

  /** What the next data connection has to go through. Undefined: it stays in clear. */
  get secureData(): SecureControl['secureData'] | undefined {
    return this.isDataPrivate ? this.#control?.secureData.bind(this.#control) : undefined;
  }
}

import type { Socket } from 'node:net';
import type { SecureControl, TlsFacts } from './tls-port.ts';

/** What AUTH, PBSZ, PROT and CCC have made of one session (RFC 4217). */
export class SessionSecurity {
  #control: SecureControl | undefined;
  #isControlSecure = false;
  /** Whether data connections are to be TLS ones. */
  isDataPrivate = false;

  /** Whether the control connection is encrypted: not any more after CCC. */
  get isControlSecure(): boolean {
    return this.#isControlSecure;
  }

  /** From the handshake on, to the end. */
  get facts(): TlsFacts | undefined {
    return this.#control?.facts;
  }

  get mayClear(): boolean {
    return this.#isControlSecure && this.#control?.clear !== undefined;
  }

  secured(control: SecureControl): void {
    this.#control = control;
    this.#isControlSecure = true;
  }

  /** CCC. @throws when TLS can't be ended in good order */
  async clear(signal: AbortSignal): Promise<Socket> {
    if (!this.#control?.clear) throw new TypeError('a control connection that can not be cleared was to be');
    this.#isControlSecure = false;
    return await this.#control.clear(signal);
  }

  /** What the next data connection has to go through. Undefined: it stays in clear. */
  get secureData(): SecureControl['secureData'] | undefined {
    return this.isDataPrivate ? this.#control?.secureData.bind(this.#control) : undefined;
  }
}

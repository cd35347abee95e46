import type { TlsFacts } from './tls-facts.ts';
import type { SecureControl } from './tls-port.ts';

/** What AUTH, PBSZ and PROT have made of one session (RFC 4217). */
export class SessionSecurity {
  #control: SecureControl | undefined;
  /** Whether data connections are to be TLS ones. */
  isDataPrivate = false;

  /** Whether the control connection is encrypted. */
  get isControlSecure(): boolean {
    return this.#control !== undefined;
  }

  /** From the handshake on, to the end. */
  get facts(): TlsFacts | undefined {
    return this.#control?.facts;
  }

  secured(control: SecureControl): void {
    this.#control = control;
  }

  /** What the next data connection has to go through. Undefined: it stays in clear. */
  get secureData(): SecureControl['secureData'] | undefined {
    return this.isDataPrivate ? this.#control?.secureData.bind(this.#control) : undefined;
  }
}

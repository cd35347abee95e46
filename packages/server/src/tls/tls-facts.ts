import type { PeerCertificate } from 'node:tls';

/** What is known of a connection's TLS, for policies, logs and variables. */
export interface TlsFacts {
  /** For example `TLSv1.3`. */
  readonly protocol: string;
  /** OpenSSL's name. */
  readonly cipher: string;
  /** Effective bits of the cipher's key. */
  readonly cipherBits: number;
  /** SNI in lower case, as the client sent it. */
  readonly hostName: string | undefined;
  readonly isResumed: boolean;
  /** Of the client, verified. Absent: it showed none. */
  readonly clientCertificate: PeerCertificate | undefined;
}

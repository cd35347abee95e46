import type { ConfiguredServer } from '@ftpd/module';
import type { TlsEndpoint, TlsSessions } from '@ftpd/tls-session';
import type { Credentials } from './credentials.ts';

/** TLS of one server of the configuration. */
export interface ServerTls {
  readonly server: ConfiguredServer;
  /** Undefined: it has no certificate. */
  readonly endpoint: TlsEndpoint | undefined;
  readonly credentials: Credentials;
  readonly sessions: TlsSessions;
  close(): void;
}

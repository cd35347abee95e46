import type { SecureControl, TlsPort, TlsRules } from '@ftpd/server';
import {
  createTlsEndpoint,
  createTlsSessions,
  upgradeToTls,
  type TlsEndpoint,
  type TlsEndpointOptions,
  type TlsSessions,
  type UpgradedConnection,
} from '@ftpd/tls-session';

export interface TestTls {
  readonly port: TlsPort;
  readonly sessions: TlsSessions;
  close(): Promise<void>;
}

export interface TestTlsOptions extends Omit<TlsEndpointOptions, 'sessions'> {
  readonly rules?: Partial<TlsRules>;
  readonly isImplicit?: boolean;
  readonly requiresResumption?: boolean;
  readonly handshakeTimeoutMs?: number;
  /** Default true. */
  readonly canBeCleared?: boolean;
  /** Names of SNI that are served. Default: all. */
  readonly names?: readonly string[];
}

/** TLS for a server, of the pieces that the daemon makes it of. */
export function createTestTls({
  rules,
  isImplicit = false,
  requiresResumption = true,
  handshakeTimeoutMs: timeoutMs = 5000,
  names,
  canBeCleared = true,
  ...options
}: TestTlsOptions): TestTls {
  const sessions = createTlsSessions();
  const endpoint = createTlsEndpoint({ ...options, sessions });
  return {
    sessions,
    port: {
      rules: () => ({ requiresTlsToLogIn: false, requiresControlTls: false, dataTls: 'optional', ...rules }),
      isImplicit: () => isImplicit,
      async secureControl(_session, socket, signal) {
        const choose = ({ hostName }: { hostName: string | undefined }): TlsEndpoint | undefined =>
          names && hostName !== undefined && !names.includes(hostName) ? undefined : endpoint;
        const upgraded = await upgradeToTls(socket, { choose, timeoutMs, signal, canBeCleared });
        return secureControlOf(upgraded, requiresResumption, timeoutMs);
      },
    },
    async close() {
      endpoint.close();
      await sessions.close();
    },
  };
}

function secureControlOf(
  { socket, hello, isResumed, clientCertificate, upgradeData, clear }: UpgradedConnection,
  requiresResumption: boolean,
  timeoutMs: number,
): SecureControl {
  return {
    socket,
    facts: {
      protocol: socket.getProtocol() ?? '',
      cipher: socket.getCipher().name,
      cipherBits: 0,
      hostName: hello.hostName,
      isResumed,
      clientCertificate,
    },
    secureData: (data, signal, onHello) =>
      upgradeData(data, { requiresResumption, timeoutMs, signal, onHello }),
    ...(clear ? { clear } : {}),
  };
}

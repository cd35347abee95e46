import type { Socket } from 'node:net';
import type { SecureControl, SessionView, TlsFacts, TlsPort, TlsRules } from '@ftpd/server';
import { upgradeToTls, type ClientHello, type UpgradedConnection } from '@ftpd/tls-session';
import type { VirtualPath } from '@ftpd/storage';
import { clientFault } from './client-check.ts';
import { tlsVerifyDepth } from './client-rows.ts';
import { cipherBits } from './cipher-bits.ts';
import { tlsOptions, type TlsOption } from './options-row.ts';
import { tlsEngine, tlsTimeoutHandshake } from './protocol-rows.ts';
import { tlsRequired, type TlsRequirement } from './required-row.ts';
import type { ServerTls } from './opened-tls.ts';
import type { TlsLogs } from './tls-logs.ts';
import { requireServerName } from './strict-rows.ts';
import { tlsSessionCache } from './session-rows.ts';

export interface TlsPortOptions {
  /** By the server's id, as it is now. */
  readonly of: (serverId: number) => ServerTls | undefined;
  /** The server at the session's address and port that has a name. */
  readonly named: (session: SessionView, name: string) => number | undefined;
  /** The name of a session's client. Undefined: it is not known. */
  readonly remoteName: (session: SessionView) => string | undefined;
  readonly logs: Pick<TlsLogs, 'tell'>;
}

/** A client certificate that is not taken. */
class ClientRefused extends Error {
  readonly code = 'TLS_CLIENT_REFUSED';
}

/** A row's value for a session: the row that is there is the one that the name means. */
function valueOf<T>(
  { settings: { directives } }: SessionView,
  row: { readonly name: string; readonly defaultValue: T },
  path?: VirtualPath,
): T {
  return (directives.first(row.name, path) as T | undefined) ?? row.defaultValue;
}

const optionsOf = (session: SessionView): ReadonlySet<TlsOption> => valueOf(session, tlsOptions);

/** TLSRequired as the dialogue needs it. */
export function rulesOf(
  { control, data }: TlsRequirement,
  { isPerUser, isLoggedIn }: { readonly isPerUser: boolean; readonly isLoggedIn: boolean },
): TlsRules {
  // Who must be known first can't be refused before the login; `auth` goes before AllowPerUser.
  const isDeferred = isPerUser && control === 'always' && !isLoggedIn;
  return {
    requiresTlsToLogIn: control !== 'optional' && !isDeferred,
    requiresControlTls: control === 'always' && !isDeferred,
    dataTls: data,
  };
}

/** By the working directory, too. */
function rulesAt(session: SessionView): TlsRules {
  const folder = session.isLoggedIn && session.settings.dependsOnPath ? session.workingDirectory : undefined;
  return rulesOf(valueOf(session, tlsRequired, folder), {
    isPerUser: optionsOf(session).has('AllowPerUser'),
    isLoggedIn: session.isLoggedIn,
  });
}

export function createTlsPort({ of, named, remoteName, logs }: TlsPortOptions): TlsPort {
  function choose(session: SessionView, hello: ClientHello): ServerTls | undefined {
    const own = of(session.settings.serverId);
    if (optionsOf(session).has('IgnoreSNI')) return own;
    const isStrict = valueOf(session, requireServerName);
    const { hostName } = hello;
    if (hostName === undefined) return isStrict ? undefined : own;
    const id = named(session, hostName);
    if (id === undefined) return isStrict ? undefined : own;
    return of(id) ?? own;
  }

  /** What is wrong with the client's certificate. */
  function faultOf(
    session: SessionView,
    { clientCertificate }: UpgradedConnection,
    tls: ServerTls | undefined,
  ): string | undefined {
    if (clientCertificate === undefined || tls === undefined) return undefined;
    const { directives } = tls.server;
    return clientFault(clientCertificate, {
      options: directives.first(tlsOptions),
      maxDepth: directives.first(tlsVerifyDepth),
      remoteAddress: session.remoteAddress,
      remoteName: remoteName(session),
    });
  }

  async function secureControl(
    session: SessionView,
    socket: Socket,
    signal: AbortSignal,
  ): Promise<SecureControl> {
    const timeoutMs = handshakeMs(session);
    logs.tell(session, 'TLS/TLS-C requested, starting TLS handshake');
    let tls: ServerTls | undefined;
    const connection = await upgradeToTls(socket, {
      choose: (hello) => {
        if (optionsOf(session).has('EnableDiags')) logs.tell(session, helloText(hello));
        tls = choose(session, hello);
        return tls?.endpoint;
      },
      signal,
      canBeCleared: !rulesAt(session).requiresControlTls,
      ...(timeoutMs === 0 ? {} : { timeoutMs }),
    }).catch((error: unknown) => {
      logs.tell(session, `unable to accept TLS connection: ${messageOf(error)}`);
      throw error;
    });
    const facts = factsOf(connection, optionsOf(session).has('IgnoreSNI'));
    const fault = faultOf(session, connection, tls);
    if (fault !== undefined) {
      logs.tell(session, fault);
      connection.socket.destroy();
      throw new ClientRefused(fault);
    }
    logs.tell(
      session,
      `${facts.protocol} connection accepted, using cipher ${facts.cipher} (${facts.cipherBits} bits${facts.isResumed ? ', resumed session' : ''})`,
    );
    // Behind CCC nobody is asked for it, as in ProFTPD: curl and lftp forget the session together with its connection.
    let canResume = true;
    const noteCleared = (cleared: Socket): Socket => {
      logs.tell(session, 'CCC: TLS of the control connection ended');
      canResume = false;
      return cleared;
    };
    const { clear } = connection;
    return {
      socket: connection.socket,
      facts,
      secureData: (data, dataSignal, onHello) =>
        connection
          .upgradeData(data, {
            requiresResumption: canResume && requiresResumption(session),
            signal: dataSignal,
            onHello,
            timeoutMs,
          })
          .catch((error: unknown) => {
            logs.tell(session, `unable to accept TLS data connection: ${messageOf(error)}`);
            throw error;
          }),
      ...(clear ? { clear: (ending) => clear(ending).then(noteCleared) } : {}),
    };
  }

  return {
    rules(session) {
      if (!valueOf(session, tlsEngine)) return undefined;
      const rules = rulesAt(session);
      const lacksCertificate = of(session.settings.serverId)?.endpoint === undefined;
      return lacksCertificate ? { ...rules, lacksCertificate } : rules;
    },
    isImplicit: (session) => valueOf(session, tlsEngine) && optionsOf(session).has('UseImplicitSSL'),
    secureControl,
  };
}

/** Long enough for any timer of Node.js. */
const foreverMs = 2 ** 31 - 1;

/** Without a time of its own a handshake has that of the login. */
function handshakeMs(session: SessionView): number {
  const { loginMs } = session.settings.timeouts;
  return Math.min(valueOf(session, tlsTimeoutHandshake) || loginMs || foreverMs, foreverMs);
}

/** As in ProFTPD, `TLSSessionCache off` leaves nothing that could be resumed. */
function requiresResumption(session: SessionView): boolean {
  return (
    !optionsOf(session).has('NoSessionReuseRequired') &&
    session.settings.directives.first(tlsSessionCache.name) !== 'off'
  );
}

function factsOf(
  { socket, hello, isResumed, clientCertificate }: UpgradedConnection,
  ignoresName: boolean,
): TlsFacts {
  const { name } = socket.getCipher();
  return {
    protocol: socket.getProtocol() ?? '',
    cipher: name,
    cipherBits: cipherBits(name),
    hostName: ignoresName ? undefined : hello.hostName,
    isResumed,
    clientCertificate,
  };
}

/** What TLSOptions EnableDiags tells. Control characters are escaped by the log. */
function helloText({ hostName, versions, alpn, pskIdentities }: ClientHello): string {
  const numbers = versions.map((version) => `0x${version.toString(16).padStart(4, '0')}`);
  return `[diags] client hello: versions ${numbers.join(' ')}, name ${hostName ?? 'none'}, ALPN ${alpn?.join(' ') ?? 'none'}, ${pskIdentities.length} tickets`;
}

/** With what was behind it, which is mostly OpenSSL's word. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`;
}

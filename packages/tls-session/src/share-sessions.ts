import type { SecureContext, Server, TLSSocket } from 'node:tls';
import { openSessions } from './create-tls-sessions.ts';
import { TlsError } from './errors.ts';
import { readSession } from './session/session-record.ts';
import { nativeContext } from './ticket/native-context.ts';
import { canAskForKeys } from './ticket/ticket-contexts.ts';
import type { TlsSessions, TlsSessionsOptions } from './tls-sessions.ts';

export interface SharedSessions {
  readonly sessions: TlsSessions;
  /** Resolves when the keys of the pool are known, or can't be for now. Never fails. Await it before `listen`. */
  ready(): Promise<void>;
  /** Lets go of the server, which goes on with the keys that it has. The cache stays open. */
  close(): Promise<void>;
}

/** What Node.js keeps in a `tls.Server`. */
interface ServerInside {
  readonly requestCert?: boolean;
  readonly _sharedCreds?: SecureContext;
}

/**
 * Shares the TLS sessions of a server, such as an `https.Server`, with all others of its pool: session ids and tickets, also
 * after `setSecureContext`.
 * @throws {TlsError} TLS_BAD_OPTION, also for a server that verifies clients while `trust` does not say so; TLS_BAD_LIST;
 * TLS_UNSUPPORTED if Node.js keeps the server's context somewhere else.
 */
export function shareSessions(server: Server, options: TlsSessionsOptions = {}): SharedSessions {
  const inside = server as Server & ServerInside;
  const { clientVerification = 'none' } = options.trust ?? {};
  if (inside.requestCert === true && clientVerification === 'none')
    throw new TlsError(
      'TLS_BAD_OPTION',
      'The server verifies clients: say how, and with which ca, in `trust`',
    );
  if (
    inside._sharedCreds !== undefined &&
    nativeContext(inside._sharedCreds).setSessionIdContext === undefined
  )
    throw new TlsError('TLS_UNSUPPORTED');
  const canAsk = canAskForKeys();
  const sessions = openSessions(options, canAsk);
  let adopted: SecureContext | undefined;
  let unfollow = (): void => {};

  const adopt = (): void => {
    const context = inside._sharedCreds;
    if (context === undefined || context === adopted) return;
    const { sessionIdContext, sessionTimeout } = sessions.contextOptions('tickets');
    const native = nativeContext(context);
    native.setSessionIdContext?.(sessionIdContext);
    native.setSessionTimeout?.(sessionTimeout);
    unfollow();
    unfollow = sessions.follow(context);
    adopted = context;
  };
  /** What was resumed has to be verified by today's lists, and for the name that it was made for. */
  const verify = (socket: TLSSocket): void => {
    if (clientVerification === 'none' || !socket.isSessionReused()) return;
    const certificate = socket.getPeerX509Certificate();
    const session = socket.getSession();
    const hostName = session === undefined ? undefined : readSession(session)?.hostName;
    const madeFor = hostName === undefined ? '' : Buffer.from(hostName).toString('latin1');
    const fault =
      certificate === undefined
        ? clientVerification === 'required' && 'it has none'
        : sessions.verifyAgain(certificate);
    if (fault || madeFor !== (socket.servername || '')) socket.destroy(new TlsError('TLS_UNTRUSTED'));
  };

  adopt();
  // Ahead of Node.js's own listeners: the one makes the connection from the context, the other gives it to the program.
  server.prependListener('connection', adopt);
  server.prependListener('secureConnection', verify);
  const detach = sessions.attach(server);
  return {
    sessions,
    ready: () => sessions.ready(),
    async close() {
      server.off('connection', adopt);
      server.off('secureConnection', verify);
      detach();
      unfollow();
      await sessions.close();
    },
  };
}

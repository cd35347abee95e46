import type { SecureContext, Server, TLSSocket } from 'node:tls';
import { openSessions } from './create-tls-sessions.ts';
import { TlsError } from './errors.ts';
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
  /** Those of `addContext`. */
  readonly _contexts?: readonly unknown[];
}

export interface ShareOptions extends TlsSessionsOptions {
  /**
   * For a server that verifies clients and has several names (`addContext`, `SNICallback`): whether clients of all names are
   * verified by the same authorities. Node.js looks a session up before it knows the name, so that a client of one name would
   * be taken for a client of another. Default false, and such a server is refused.
   */
  readonly haveNamesOneTrust?: boolean;
}

/**
 * Shares the TLS sessions of a server, such as an `https.Server`, with all others of its pool: session ids and tickets, also
 * after `setSecureContext`.
 * @throws {TlsError} TLS_BAD_OPTION, also for a server that verifies clients while `trust` does not say so; TLS_BAD_LIST;
 * TLS_UNSUPPORTED if Node.js keeps the server's context somewhere else.
 */
export function shareSessions(server: Server, options: ShareOptions = {}): SharedSessions {
  const inside = server as Server & ServerInside;
  const { clientVerification = 'none' } = options.trust ?? {};
  if (inside.requestCert === true && clientVerification === 'none')
    throw new TlsError(
      'TLS_BAD_OPTION',
      'The server verifies clients: say how, and with which ca, in `trust`',
    );
  const native = inside._sharedCreds === undefined ? undefined : nativeContext(inside._sharedCreds);
  if (native?.setSessionIdContext === undefined || native.setTicketKeys === undefined)
    throw new TlsError('TLS_UNSUPPORTED');
  const isDivided = (): boolean =>
    clientVerification !== 'none' && options.haveNamesOneTrust !== true && hasNames(inside);
  if (isDivided())
    throw new TlsError(
      'TLS_BAD_OPTION',
      'The server verifies clients and has several names: say in `haveNamesOneTrust` whether all of them trust the same authorities, or open sessions for each',
    );
  const canAsk = canAskForKeys();
  const sessions = openSessions(options, canAsk);
  let adopted: SecureContext | undefined;
  let unfollow = (): void => {};

  const adopt = (): void => {
    const context = inside._sharedCreds;
    if (context === undefined || context === adopted) return;
    const { sessionIdContext, sessionTimeout, secureOptions } = sessions.contextOptions('tickets');
    nativeContext(context).setSessionIdContext?.(sessionIdContext);
    nativeContext(context).setSessionTimeout?.(sessionTimeout);
    if (secureOptions !== 0) nativeContext(context).setOptions?.(secureOptions);
    unfollow();
    unfollow = sessions.follow(context);
    adopted = context;
  };
  /** What was resumed has to be verified by the lists of today. */
  const verify = (socket: TLSSocket): void => {
    if (clientVerification === 'none' || !socket.isSessionReused()) return;
    const certificate = socket.getPeerX509Certificate();
    const fault =
      certificate === undefined
        ? clientVerification === 'required' && 'it has none'
        : sessions.verifyAgain(certificate);
    if (fault || isDivided()) socket.destroy(new TlsError('TLS_UNTRUSTED'));
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

function hasNames(server: Server & ServerInside): boolean {
  if ((server._contexts?.length ?? 0) > 0) return true;
  const symbol = Object.getOwnPropertySymbols(server).find(
    ({ description }) => description === 'snicallback',
  );
  return symbol !== undefined && typeof (server as unknown as Record<symbol, unknown>)[symbol] === 'function';
}

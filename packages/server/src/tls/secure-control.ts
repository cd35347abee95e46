import { reply } from '@ftpd/protocol';
import type { Session } from '../session.ts';
import type { SecureControl } from './tls-port.ts';

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${code === undefined ? '' : `${code}: `}${error.message}${cause}`;
};

/**
 * Encrypts the control connection from here on. What the client sent ahead of the handshake is never obeyed; a handshake
 * that fails ends the session (no fall back to clear: RFC 4217 §4.2).
 * @returns whether it succeeded.
 */
export async function secureControl(session: Session): Promise<boolean> {
  const { tls, log } = session.context;
  if (!tls) throw new TypeError('a session is to be secured where no TLS is spoken');
  try {
    await session.exchange(async (socket) => {
      const control = await tls.secureControl(session, socket, session.signal);
      session.security.secured(control);
      return control.socket;
    });
  } catch (error) {
    log('notice', `TLS handshake of the control connection failed: ${reasonOf(error)}`, session);
    session.end('tls-handshake');
    return false;
  }
  return await enterNamedHost(session);
}

/** Goes on in clear, behind the reply to CCC. What the client sent in TLS behind it is never obeyed. */
export async function clearControl(session: Session): Promise<void> {
  const { clear } = session.security;
  if (!clear) throw new TypeError('a session is to be cleared that can not be');
  try {
    await session.exchange(() => clear(session.signal));
    session.security.cleared();
  } catch (error) {
    session.context.log('notice', `CCC failed: ${reasonOf(error)}`, session);
    session.end('client-error');
  }
}

/** The name of SNI chooses the virtual server as HOST does (RFC 6066 §3, RFC 7151). */
async function enterNamedHost(session: Session): Promise<boolean> {
  const name = session.security.facts?.hostName;
  if (name === undefined) return true;
  if (session.hostName !== undefined && session.hostName.toLowerCase() !== name) {
    session.context.log('notice', `SNI names ${name}, HOST named ${session.hostName}`, session);
    session.end('tls-handshake');
    return false;
  }
  const { policy, hooks, registry } = session.context;
  const settings = await policy.host(session, name);
  if (!settings) return true;
  session.hostName = name;
  if (settings.serverId === session.settings.serverId) return true;
  session.settings = settings;
  session.advance({ type: 'reinitialised' });
  registry.update(session);
  const refusal = await hooks.host(session);
  if (refusal) session.end('refused', refusal);
  return !refusal;
}

/** Encrypts a data connection, and tells the log when that fails. Undefined: data go in clear. */
export function dataSecurer(session: Session): SecureControl['secureData'] | undefined {
  const { secureData } = session.security;
  if (!secureData) return undefined;
  return async (socket, signal, onHello) => {
    try {
      return await secureData(socket, signal, onHello);
    } catch (error) {
      session.context.log('notice', `TLS handshake of a data connection failed: ${reasonOf(error)}`, session);
      throw error;
    }
  };
}

/** The reply to commands that would weaken what the server demands. */
export const unwilling = reply(534, 'Unwilling to accept security parameters');

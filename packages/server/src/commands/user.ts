import { reply, texts, type Reply } from '@ftpd/protocol';
import { admit, refuse } from '../conclude-login.ts';
import type { Handler } from '../handler.ts';
import type { Session } from '../session.ts';

/** RFC 959 §4.1.1: names the user; a login may be tried again with another name. */
export const user: Handler<'USER'> = async (session, name) => {
  const { policy } = session.context;
  if (session.isLoggedIn) {
    return name === session.user ? texts.loggedIn(name) : reply(501, 'Reauthentication not supported');
  }
  session.settings = await policy.user(session, name);
  session.setUser(name);
  const proved = await logInByCertificate(session, name);
  if (proved) return proved;
  return policy.isAnonymous(session, name)
    ? reply(331, 'Anonymous login ok, send your complete email address as your password')
    : texts.passwordRequired(name);
};

/** What the client's certificate is worth (RFC 2228 §3, 232). Undefined: a password is asked for. */
async function logInByCertificate(session: Session, name: string): Promise<Reply | undefined> {
  const { policy } = session.context;
  if (!session.isSecure || !session.tls?.clientCertificate || !policy.loginByCertificate) return undefined;
  const decision = await policy.loginByCertificate(session, name);
  if (!decision || session.isEnded) return undefined;
  return decision.outcome === 'refused'
    ? await refuse(session, name, decision)
    : await admit(session, name, decision, 232);
}

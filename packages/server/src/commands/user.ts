import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.1: names the user; a login may be tried again with another name. */
export const user: Handler<'USER'> = async (session, name) => {
  const { policy } = session.context;
  if (session.isLoggedIn) {
    return name === session.user ? texts.loggedIn(name) : reply(501, 'Reauthentication not supported');
  }
  session.settings = await policy.user(session, name);
  session.setUser(name);
  return policy.isAnonymous(session, name)
    ? reply(331, 'Anonymous login ok, send your complete email address as your password')
    : texts.passwordRequired(name);
};

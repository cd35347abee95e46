import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import { unwilling } from '../tls/secure-control.ts';
import { tlsRulesOf } from '../tls/tls-rules.ts';

/** RFC 4217 §6: back to clear commands, for firewalls that read them. TLS ends behind the reply. */
export const ccc: Handler<'CCC'> = (session, _argument, { verb }) => {
  const { security } = session;
  if (!security.isControlSecure) return texts.unknownCommand(verb);
  if (tlsRulesOf(session)?.requiresControlTls !== false || !security.mayClear) return unwilling;
  return reply(200, 'Clearing control channel protection');
};

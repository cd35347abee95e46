import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import { unwilling } from '../tls/secure-control.ts';
import { tlsRulesOf } from '../tls/tls-rules.ts';

/** RFC 4217 §6: commands in clear again, for firewalls that read them. The end of TLS follows the reply. */
export const ccc: Handler<'CCC'> = (session, _argument, { verb }) => {
  const { security } = session;
  if (security.isCleared) return reply(533, 'CCC not allowed on insecure control connection');
  if (!security.isControlSecure) return texts.unknownCommand(verb);
  if (!security.clear || tlsRulesOf(session)?.requiresControlTls === true) return unwilling;
  return reply(200, 'Clearing control channel protection');
};

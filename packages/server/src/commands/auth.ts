import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import { unwilling } from '../tls/secure-control.ts';
import { tlsRulesOf } from '../tls/tls-rules.ts';

/** Which mechanisms ask for private data connections, too, as older drafts of RFC 4217 had it. */
const mechanisms: ReadonlyMap<string, { readonly isDataPrivate: boolean }> = new Map([
  ['TLS', { isDataPrivate: false }],
  ['TLS-C', { isDataPrivate: false }],
  ['SSL', { isDataPrivate: true }],
  ['TLS-P', { isDataPrivate: true }],
]);

/** RFC 4217 §4. The handshake follows the reply. */
export const auth: Handler<'AUTH'> = async (session, name) => {
  const { security, context } = session;
  if (security.isControlSecure) return reply(503, 'Unwilling to accept second AUTH');
  // What was logged in to in clear may be somebody in the middle's.
  if (session.isLoggedIn || security.isCleared) return unwilling;
  const mechanism = mechanisms.get(name);
  if (!mechanism) return texts.unknownCommand('AUTH');
  if (tlsRulesOf(session)?.lacksCertificate === true)
    return reply(431, 'Necessary security resource unavailable');
  if (!mechanism.isDataPrivate) await context.emit({ name: 'TLSHandshake', session });
  security.isDataPrivate = mechanism.isDataPrivate && tlsRulesOf(session)?.dataTls !== 'forbidden';
  return reply(234, `AUTH ${name} successful`);
};

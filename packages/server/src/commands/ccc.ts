import { texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import { unwilling } from '../tls/secure-control.ts';

/**
 * RFC 4217 §6: commands in clear again, for firewalls that read them. Never granted: Node's TLS takes a connection for
 * good, and whoever reads along can write along.
 */
export const ccc: Handler<'CCC'> = (session, _argument, { verb }) =>
  session.security.isControlSecure ? unwilling : texts.unknownCommand(verb);

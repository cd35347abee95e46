import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { SessionKind } from '../events.ts';
import type { TicketContexts } from '../tls-sessions.ts';
import { tls13, type ClientHello } from './client-hello.ts';
import type { TlsEndpoint, TlsEndpointOptions, TlsVersion } from './types.ts';

const defaultVersions: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3'];
const oldVersions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2'];

/**
 * Makes the contexts of one identity. Up to TLS 1.2 sessions are found by id, with 1.3 by ticket: OpenSSL takes one
 * setting for both, so that each gets a context of its own and the ClientHello chooses.
 * @throws what `tls.createSecureContext` throws of bad keys and certificates, and a TypeError without any version.
 */
export function createTlsEndpoint(options: TlsEndpointOptions): TlsEndpoint {
  const { versions = defaultVersions, sessions } = options;
  const old = oldVersions.filter((version) => versions.includes(version));
  const [oldest] = old;
  const byId =
    oldest === undefined
      ? undefined
      : contextOf(options, sessions.contextOptions('ids'), oldest, old.at(-1) ?? oldest);
  const byTicket = versions.includes('TLSv1.3')
    ? sessions.ticketContexts((own) => contextOf(options, own, 'TLSv1.3', 'TLSv1.3'))
    : undefined;
  const kindFor = ({ versions: offered }: ClientHello): SessionKind =>
    byTicket && (!byId || offered.includes(tls13)) ? 'tickets' : 'ids';
  // At least the certificates are checked now.
  if (!(byId ?? byTicket?.contextFor())) throw new TypeError('an endpoint needs a version of TLS');
  const ticketsFor = (hello: ClientHello): TicketContexts | undefined =>
    kindFor(hello) === 'tickets' ? byTicket : undefined;
  return {
    options,
    kindFor,
    contextFor: (hello) => ticketsFor(hello)?.contextFor(hello.pskIdentities) ?? byId!,
    dataContextFor: (hello) =>
      ticketsFor(hello)?.dataContextFor(hello.pskIdentities, !keepsTickets(hello)) ?? byId!,
    holdSealed: (hello, context) => ticketsFor(hello)?.holdSealed(context) ?? (() => {}),
    holdOffered: (hello) => ticketsFor(hello)?.holdOffered(hello.pskIdentities) ?? (() => {}),
    close: () => byTicket?.close(),
  };
}

const recordSizeLimit = 28;

/**
 * Whether a client takes the ticket of its control connection for all data connections, as those with GnuTLS do (lftp,
 * FileZilla), which are known by an extension that OpenSSL doesn't have. They don't read a new one on an upload: their
 * system would reset the connection at its end, and cut the file off. curl, with OpenSSL, needs a new one each time.
 */
function keepsTickets({ extensions }: ClientHello): boolean {
  return extensions.includes(recordSizeLimit);
}

function contextOf(
  { context, allowsRenegotiation = false }: TlsEndpointOptions,
  ofSessions: SecureContextOptions,
  minVersion: TlsVersion,
  maxVersion: TlsVersion,
): SecureContext {
  const { SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_COMPRESSION, SSL_OP_CIPHER_SERVER_PREFERENCE } = constants;
  const isHonoured = context.honorCipherOrder ?? true;
  return createSecureContext({
    ...context,
    ...ofSessions,
    minVersion,
    maxVersion,
    secureOptions:
      (context.secureOptions ?? 0) |
      (ofSessions.secureOptions ?? 0) |
      SSL_OP_NO_COMPRESSION |
      (isHonoured ? SSL_OP_CIPHER_SERVER_PREFERENCE : 0) |
      (allowsRenegotiation ? 0 : SSL_OP_NO_RENEGOTIATION),
  });
}

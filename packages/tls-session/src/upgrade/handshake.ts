import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, type PeerCertificate, type SecureContext, type TLSSocketOptions } from 'node:tls';
import type { ClientHello } from './client-hello.ts';
import type { TlsEndpoint } from './types.ts';
import { TlsError } from '../errors.ts';

/** A client that resets its connection has said nothing about TLS. */
const goneCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/** The emitter of one connection's `newSession` and `resumeSession`, in the place of a `tls.Server`. */
export interface HandshakeParts {
  readonly endpoint: TlsEndpoint;
  readonly hello: ClientHello;
  readonly emitter: EventEmitter;
  readonly context: SecureContext;
  readonly signal: AbortSignal;
}

/**
 * Performs the handshake as a server; the client's hello stands in the socket, which is destroyed when it fails.
 * @throws {TlsError} TLS_HANDSHAKE_FAILED, TLS_CLIENT_GONE, or the signal's reason
 */
export async function handshake(socket: Socket | Duplex, parts: HandshakeParts): Promise<TLSSocket> {
  const secured = await shakeHands(socket, parts);
  // A client that was gone before its tickets could be sent: of what was agreed nothing is left to be asked.
  if (secured.destroyed) throw new TlsError('TLS_CLIENT_GONE');
  return secured;
}

function shakeHands(
  socket: Socket | Duplex,
  { endpoint, hello, emitter, context, signal }: HandshakeParts,
): Promise<TLSSocket> {
  answerStapling(emitter, endpoint, context);
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext: context,
    // The types ask for a Server; what is used of it is that it emits.
    server: emitter as NonNullable<TLSSocketOptions['server']>,
    requestCert: (endpoint.options.clientVerification ?? 'none') !== 'none',
    rejectUnauthorized: false,
    ...alpnOf(endpoint, hello),
  });
  let failure: unknown;
  const abort = (): void => {
    failure = signal.reason;
    secured.destroy();
  };
  // Node tells errors in a TLS connection that is not of its own tls.Server by this event only.
  secured.on('_tlsError', (error: NodeJS.ErrnoException) => {
    const code =
      error.code !== undefined && goneCodes.has(error.code) ? 'TLS_CLIENT_GONE' : 'TLS_HANDSHAKE_FAILED';
    failure ??= new TlsError(code, undefined, error);
    secured.destroy(error);
  });
  secured.once('secure', () => {
    signal.removeEventListener('abort', abort);
    secured.off('close', close);
    resolve(secured);
  });
  const close = (): void => {
    signal.removeEventListener('abort', abort);
    reject((failure ?? new TlsError('TLS_CLIENT_GONE')) as Error);
  };
  secured.once('close', close);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return promise;
}

function alpnOf({ options: { alpn } }: TlsEndpoint, { alpn: offered }: ClientHello): TLSSocketOptions {
  if (!alpn || !offered) return {};
  const isShared = offered.some((protocol) => alpn.protocols.includes(protocol));
  // Where nothing fits, Node refuses the client; leaving ALPN out is what lets it in.
  return isShared || alpn.isStrict ? { ALPNProtocols: [...alpn.protocols] } : {};
}

type GiveResponse = (error: Error | null, response: Buffer | null) => void;

function answerStapling(emitter: EventEmitter, endpoint: TlsEndpoint, context: SecureContext): void {
  const { ocspResponse } = endpoint.options;
  if (!ocspResponse) return;
  // Node looks for the certificate in the server's own context, and asks nobody when there is none.
  Object.assign(emitter, { _sharedCreds: context });
  emitter.on('OCSPRequest', (certificate: Buffer, issuer: Buffer | null, give: GiveResponse) => {
    ocspResponse(certificate, issuer ?? undefined).then(
      (response) => give(null, response ?? null),
      () => give(null, null),
    );
  });
}

/** @returns the client's certificate, verified. @throws {TlsError} TLS_CLIENT_UNVERIFIED */
export function clientCertificateOf(socket: TLSSocket, endpoint: TlsEndpoint): PeerCertificate | undefined {
  const { clientVerification = 'none' } = endpoint.options;
  if (clientVerification === 'none') return undefined;
  const certificate = socket.getPeerCertificate(true);
  // Node gives an empty object for no certificate.
  if ((certificate as Partial<PeerCertificate> | undefined)?.raw === undefined) {
    if (clientVerification === 'optional') return undefined;
    throw new TlsError('TLS_CLIENT_UNVERIFIED', 'The client showed no certificate');
  }
  const cause = verifyErrorOf(socket) ?? resumedErrorOf(socket, endpoint);
  if (cause !== undefined) throw new TlsError('TLS_CLIENT_UNVERIFIED', undefined, cause);
  return certificate;
}

/** What a tls.Server of Node asks at this place; without an answer nobody is trusted. */
function verifyErrorOf(socket: TLSSocket): unknown {
  const { ssl } = socket as TLSSocket & { readonly ssl?: { verifyError?(): Error | null | undefined } };
  if (typeof ssl?.verifyError !== 'function') return new Error('this Node does not tell');
  return ssl.verifyError() ?? undefined;
}

/** OpenSSL believes of a resumed session what was found out when it began. */
function resumedErrorOf(socket: TLSSocket, { options: { sessions } }: TlsEndpoint): unknown {
  if (!socket.isSessionReused()) return undefined;
  const certificate = socket.getPeerX509Certificate();
  return certificate ? sessions.verifyAgain(certificate) : 'the session has no certificate';
}

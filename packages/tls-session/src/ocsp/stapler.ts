import { X509Certificate } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { SecureContext } from 'node:tls';
import { TlsError } from '../errors.ts';
import { isHttpUrl, readCertificate, type CertificateFacts } from './certificate.ts';
import { fetchResponse } from './fetch-response.ts';
import type { OcspStapler, OcspStaplerOptions } from './options.ts';
import { createSharedAnswers } from './shared-answers.ts';
import { StapledCertificate } from './stapled-certificate.ts';
import { isIssuedBy } from './verify.ts';

const emptyDer = new Uint8Array(0);
/** An OCSPResponse with nothing but the status 3. */
const tryLater = '30030a0103';

/** The arguments of `OCSPRequest`; the issuer is null where Node.js does not know it. */
type Answer = (error: Error | null, response: Buffer | null) => void;

/**
 * Makes a stapler: answers are fetched from the certificates' responders in the background, verified, kept fresh, and
 * shared with the pool, which mostly asks once for all its processes.
 * @throws {TlsError} TLS_BAD_OPTION
 * @see RFC 6960, RFC 6066 §8; ProFTPD TLSStapling
 */
export function createOcspStapler(options: OcspStaplerOptions = {}): OcspStapler {
  const { cache, secret, proftpd, responderUrl, maxCertificates = 100, onEvent = () => undefined } = options;
  const timeoutMs = wholeNumber('timeoutMs', options.timeoutMs ?? 10_000, 1, 600_000);
  const handshakeWaitMs = wholeNumber('handshakeWaitMs', options.handshakeWaitMs ?? 500, 0, 10_000);
  const deadlineMs = wholeNumber('cacheDeadlineMs', options.cacheDeadlineMs ?? 1000, 1, 10_000);
  wholeNumber('maxCertificates', maxCertificates, 1, 10_000);
  if (responderUrl !== undefined && !isHttpUrl(responderUrl))
    throw new TlsError('TLS_BAD_OPTION', 'responderUrl is an address with http or https');
  const { now = Date.now, random = Math.random, fetch = fetchResponse } = options;
  const { usesNonce = false, ignoresSignature = false, givesTryLater = false } = options;
  const issuers = (options.issuers ?? []).map(readIssuer);
  const proftpdStore = proftpd?.store;
  const shared = cache && createSharedAnswers({ cache, secret, proftpdStore, deadlineMs, onEvent, now });

  const flight = { shared, fetch, timeoutMs, handshakeWaitMs, usesNonce, ignoresSignature };
  const common = { ...flight, onEvent, now, random };

  /** By certificate, the least recently used first; undefined for those that nothing can be stapled for. */
  const known = new Map<string, StapledCertificate | undefined>();
  let isClosed = false;

  const create = (certificateDer: Uint8Array, issuerDer: Uint8Array): StapledCertificate | undefined => {
    const certificate = readCertificate(Buffer.from(certificateDer));
    if (certificate === undefined) return undefined;
    const given = issuerDer.length === 0 ? undefined : readCertificate(Buffer.from(issuerDer));
    const candidates = given === undefined ? issuers : [given, ...issuers];
    const issuer = candidates.find((candidate) => isIssuedBy(certificate, candidate));
    const responderUrls = responderUrl === undefined ? certificate.responderUrls : [responderUrl];
    const subject = certificate.certificate.subject?.replaceAll('\n', ', ') ?? '';
    if (issuer === undefined || responderUrls.length === 0) {
      const reason =
        issuer === undefined ? 'its issuer is not known' : 'it names no responder, and none is configured';
      onEvent({ type: 'failed', subject, reason, retryMs: Infinity });
      return undefined;
    }
    return new StapledCertificate({
      ...common,
      certificate,
      issuer,
      responderUrls,
    });
  };

  const find = (certificate: Uint8Array, issuer: Uint8Array): StapledCertificate | undefined => {
    const name = Buffer.from(certificate).toString('latin1');
    const isKnown = known.has(name);
    const found = isKnown ? known.get(name) : create(certificate, issuer);
    known.delete(name);
    known.set(name, found);
    if (!isKnown && known.size > maxCertificates)
      for (const [oldest, entry] of known) {
        entry?.close();
        known.delete(oldest);
        break;
      }
    return found;
  };

  const staple = async (
    certificate: Uint8Array,
    issuer: Uint8Array = emptyDer,
  ): Promise<Buffer | undefined> => {
    const answer = isClosed ? undefined : await find(certificate, issuer)?.answer();
    return answer ?? (givesTryLater ? Buffer.from(tryLater, 'hex') : undefined);
  };

  return {
    staple,
    attach(emitter, context) {
      const onRequest = (certificate: Buffer | null, issuer: Buffer | null, answer: Answer): void => {
        if (certificate === null) return answer(null, null);
        staple(certificate, issuer ?? emptyDer).then(
          (response) => answer(null, response ?? null),
          // Nothing is stapled rather than that the handshake ends.
          () => answer(null, null),
        );
      };
      if (context !== undefined) nameContext(emitter, context);
      emitter.on('OCSPRequest', onRequest);
      return () => void emitter.off('OCSPRequest', onRequest);
    },
    close() {
      isClosed = true;
      for (const entry of known.values()) entry?.close();
      known.clear();
    },
  };
}

/** Where Node.js looks for the certificate: what it gives a `tls.Server` of its own (Node 22 to 26). */
function nameContext(emitter: EventEmitter & { _sharedCreds?: SecureContext }, context: SecureContext): void {
  emitter._sharedCreds = context;
}

function readIssuer(given: string | Uint8Array): CertificateFacts {
  try {
    const facts = readCertificate(new X509Certificate(given).raw);
    if (facts !== undefined) return facts;
  } catch {
    // Told below.
  }
  throw new TlsError('TLS_BAD_OPTION', 'issuers holds what is no certificate, in DER or PEM');
}

function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TlsError('TLS_BAD_OPTION', `${name} is a whole number from ${min} to ${max}`);
}

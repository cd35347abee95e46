import { createHash, X509Certificate } from 'node:crypto';
import { TlsError } from '../errors.ts';
import type { Trust } from '../tls-sessions.ts';
import { readRevocations, type RevocationList } from './revocations.ts';

/** A server's trust, read: what it is for sessions, and what certificates are verified against. */
export interface TrustPolicy {
  readonly clientVerification: Trust['clientVerification'];
  /** Session id context, as Node.js takes it; 1 to 32 ASCII characters. */
  readonly context: string;
  /** For keys in a cache: the same for those who may share sessions, another for all others. */
  readonly tag: string;
  readonly authorities: readonly X509Certificate[];
  readonly revocations: readonly RevocationList[];
}

/** ProFTPD's main server, and all of its servers with a port of their own. */
export const proftpdContext = '\u0001\0\0\0';

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;

/** @throws {TlsError} TLS_BAD_OPTION, TLS_BAD_LIST */
export function readTrust({ clientVerification, ca, crl, scope }: Trust): TrustPolicy {
  if (!['none', 'optional', 'required'].includes(clientVerification))
    throw new TlsError('TLS_BAD_OPTION', 'clientVerification is none, optional or required');
  if (clientVerification === 'none' && scope === undefined)
    return { clientVerification, context: proftpdContext, tag: 'all', authorities: [], revocations: [] };
  const isVerifying = clientVerification !== 'none';
  const authorities = isVerifying ? asList(ca).flatMap(readCertificates) : [];
  const revocations = isVerifying ? asList(crl).flatMap(readRevocations) : [];
  // The sets, in whatever order their files come. Lengths go before what varies, so that nothing can be read two ways.
  const parts = [
    clientVerification,
    authorities.map(({ fingerprint256 }) => fingerprint256).sort(),
    revocations.map(({ fingerprint }) => fingerprint).sort(),
    scope ?? null,
  ];
  const tag = createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);
  return { clientVerification, context: tag, tag, authorities, revocations };
}

function asList(value: Trust['ca']): readonly (string | Uint8Array)[] {
  if (value === undefined) return [];
  return typeof value === 'string' || value instanceof Uint8Array ? [value] : value;
}

function readCertificates(bytes: string | Uint8Array): X509Certificate[] {
  const text = Buffer.from(bytes as string).toString('latin1');
  const blocks = [...text.matchAll(pemBlock)]
    .filter(([, label]) => label?.endsWith('CERTIFICATE'))
    .map(([pem]) => pem);
  try {
    return (blocks.length === 0 ? [bytes] : blocks).map((block) => new X509Certificate(block));
  } catch (error) {
    throw new TlsError('TLS_BAD_OPTION', 'ca holds something that is no certificate', error);
  }
}

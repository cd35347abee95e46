import { createHash, timingSafeEqual, verify as verifySignature } from 'node:crypto';
import { readCertificate, sha1, type CertificateFacts } from './certificate.ts';
import { readResponse, type BasicResponse, type CertificateStatus, type SingleResponse } from './response.ts';

/** How far a responder's clock may be ahead of ours, ms. */
const maxSkewMs = 300_000;
/** How long what names no end is good for, ms; ProFTPD takes the same. */
const lifetimeWithoutEndMs = 3_600_000;

/** Why a response is not used. */
export const ocspFaults = {
  malformed: 'it is no OCSP response',
  tryLater: 'the responder asks to try later',
  unsuccessful: 'the responder has no answer',
  otherCertificate: 'it is about other certificates',
  notYetValid: 'it is from the future',
  expired: 'it has ended',
  wrongNonce: 'its nonce is not the one that was sent',
  unauthorised: 'neither the issuer nor a delegate of the issuer has signed it',
  badSignature: 'its signature is not valid, or of a kind that is not trusted',
} as const;

export type OcspFault = keyof typeof ocspFaults;

/** A response that may be stapled until it ends. */
export interface VerifiedResponse {
  readonly bytes: Buffer;
  readonly status: CertificateStatus;
  readonly thisUpdateMs: number;
  /** When it ends: its nextUpdate, or an hour after thisUpdate. */
  readonly endMs: number;
}

export type Verdict =
  | { readonly isValid: true; readonly response: VerifiedResponse }
  | { readonly isValid: false; readonly fault: OcspFault };

export interface VerifyOptions {
  readonly certificate: CertificateFacts;
  readonly issuer: CertificateFacts;
  readonly nowMs: number;
  /** What was sent. A response without one passes, for many responders make theirs in advance (RFC 6960 §4.4.1). */
  readonly nonce?: Uint8Array;
  /** ProFTPD's `NoVerify`: who signed it does not count. */
  readonly ignoresSignature?: boolean;
}

const refused = (fault: OcspFault): Verdict => ({ isValid: false, fault });

/** Whether the bytes are a response about this certificate by somebody who may say so. @see RFC 6960 §3.2 */
export function verifyResponse(
  bytes: Buffer,
  { certificate, issuer, nowMs, nonce, ignoresSignature = false }: VerifyOptions,
): Verdict {
  const response = readResponse(bytes);
  if (response === undefined) return refused('malformed');
  if (response.status === 'tryLater') return refused('tryLater');
  if (response.status !== 'successful') return refused('unsuccessful');
  const { basic } = response;
  const single = basic.responses.find((each) => isAbout(each, certificate, issuer));
  if (single === undefined) return refused('otherCertificate');
  const { status, thisUpdateMs, nextUpdateMs } = single;
  const endMs = nextUpdateMs ?? thisUpdateMs + lifetimeWithoutEndMs;
  if (thisUpdateMs > nowMs + maxSkewMs || basic.producedAtMs > nowMs + maxSkewMs)
    return refused('notYetValid');
  if (endMs <= nowMs || endMs < thisUpdateMs) return refused('expired');
  if (nonce !== undefined && basic.nonce !== undefined && !Buffer.from(nonce).equals(basic.nonce))
    return refused('wrongNonce');
  if (!ignoresSignature) {
    const signer = signerOf(basic, issuer, nowMs);
    if (signer === undefined) return refused('unauthorised');
    if (!isSignedBy(basic, signer)) return refused('badSignature');
  }
  return { isValid: true, response: { bytes, status, thisUpdateMs, endMs } };
}

const hashNames: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

function isAbout(single: SingleResponse, certificate: CertificateFacts, issuer: CertificateFacts): boolean {
  const name = hashNames[single.hashAlgorithm];
  if (name === undefined) return false;
  const hash = (bytes: Uint8Array): Buffer => createHash(name).update(bytes).digest();
  return (
    single.serialNumber.equals(certificate.serialNumber) &&
    single.issuerNameHash.equals(hash(issuer.subjectName)) &&
    single.issuerKeyHash.equals(hash(issuer.publicKeyBits))
  );
}

function isResponder({ responder }: BasicResponse, candidate: CertificateFacts): boolean {
  if ('name' in responder) return responder.name.equals(candidate.subjectName);
  const hash = sha1(candidate.publicKeyBits);
  return responder.keyHash.length === hash.length && timingSafeEqual(responder.keyHash, hash);
}

/** The issuer, or somebody whom the issuer has made its delegate. @see RFC 6960 §4.2.2.2 */
function signerOf(
  basic: BasicResponse,
  issuer: CertificateFacts,
  nowMs: number,
): CertificateFacts | undefined {
  if (isResponder(basic, issuer)) return issuer;
  for (const bytes of basic.certificates) {
    const candidate = readCertificate(bytes);
    if (candidate !== undefined && isResponder(basic, candidate) && isDelegate(candidate, issuer, nowMs))
      return candidate;
  }
  return undefined;
}

function isDelegate(candidate: CertificateFacts, issuer: CertificateFacts, nowMs: number): boolean {
  return (
    candidate.maySignOcsp &&
    candidate.notBeforeMs <= nowMs + maxSkewMs &&
    nowMs <= candidate.notAfterMs &&
    isIssuedBy(candidate, issuer)
  );
}

/** Whether this issuer has signed the certificate: its name and its key. */
export function isIssuedBy({ certificate, issuerName }: CertificateFacts, issuer: CertificateFacts): boolean {
  try {
    return (
      issuerName.equals(issuer.subjectName) &&
      certificate.checkIssued(issuer.certificate) &&
      certificate.verify(issuer.certificate.publicKey)
    );
  } catch {
    // A key that OpenSSL can't use has signed nothing.
    return false;
  }
}

interface SignatureKind {
  readonly keyType: string;
  /** Null: the algorithm has its own. */
  readonly hash: string | null;
}

/** MD5 and SHA-1 are not among them: who can forge a hash would forge an answer. */
const signatureKinds: Readonly<Record<string, SignatureKind>> = {
  '1.2.840.113549.1.1.11': { keyType: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { keyType: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { keyType: 'rsa', hash: 'sha512' },
  '1.2.840.10045.4.3.2': { keyType: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { keyType: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { keyType: 'ec', hash: 'sha512' },
  '1.3.101.112': { keyType: 'ed25519', hash: null },
  '1.3.101.113': { keyType: 'ed448', hash: null },
};

function isSignedBy(
  { signatureAlgorithm, signedBytes, signature }: BasicResponse,
  { certificate }: CertificateFacts,
): boolean {
  const kind = signatureKinds[signatureAlgorithm];
  try {
    const { publicKey } = certificate;
    if (kind === undefined || publicKey.asymmetricKeyType !== kind.keyType) return false;
    return verifySignature(kind.hash, signedBytes, publicKey, signature);
  } catch {
    return false;
  }
}

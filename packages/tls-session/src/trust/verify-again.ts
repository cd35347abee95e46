import type { X509Certificate } from 'node:crypto';
import type { TrustPolicy } from './policy.ts';
import { readCertificateNames } from './revocations.ts';

/**
 * Looks again at a certificate that was verified when the session was made. That it led to one of these authorities then is
 * what the session id context says; what may have changed since are times and revocations. An intermediate certificate that
 * only the client had is not in the session: its part can't be looked at again.
 * @returns what is wrong, undefined if nothing is known to be.
 */
export function faultOfCertificate(
  certificate: X509Certificate,
  { authorities, revocations }: TrustPolicy,
  nowMs: number,
): string | undefined {
  if (!isInTime(certificate, nowMs)) return 'it is not valid at this time';
  const named = authorities.filter((authority) => certificate.checkIssued(authority));
  const issuers = named.filter((authority) => certificate.verify(authority.publicKey));
  if (named.length > 0 && issuers.length === 0) return 'its authority has not signed it';
  if (issuers.length > 0 && !issuers.some((issuer) => isInTime(issuer, nowMs)))
    return 'its authority is not valid at this time';
  const names = readCertificateNames(certificate.raw);
  if (names === undefined) return 'it can not be read';
  for (const { issuer, serials, nextUpdateMs } of revocations) {
    if (issuer !== names.issuer) continue;
    if (nextUpdateMs <= nowMs) return 'the list of revocations of its authority is out of date';
    if (serials.has(names.serial)) return 'it was revoked';
  }
  return undefined;
}

function isInTime({ validFrom, validTo }: X509Certificate, nowMs: number): boolean {
  return Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo);
}

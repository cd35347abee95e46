import type { X509Certificate } from 'node:crypto';
import type { CertifiedKey } from './certified-key.ts';

/**
 * What is sent behind a certificate: what stands behind it in its own file, else of TLSCertificateChainFile.
 * @param isOnly - The only certificate of the server gets the chain as it is; of several each gets what issued it.
 */
export function chainOf(
  { certificate, more }: CertifiedKey,
  chain: readonly X509Certificate[],
  isOnly: boolean,
): readonly X509Certificate[] {
  if (more.length > 0) return more;
  const others = chain.filter(({ fingerprint256 }) => fingerprint256 !== certificate.fingerprint256);
  return isOnly ? others : issuersOf(certificate, others);
}

/** The certificates that vouch for one, the nearest first. */
export function issuersOf(
  certificate: X509Certificate,
  among: readonly X509Certificate[],
): readonly X509Certificate[] {
  const path: X509Certificate[] = [];
  let at = certificate;
  while (path.length <= among.length) {
    const issuer = among.find(
      (candidate) => candidate !== at && !path.includes(candidate) && at.checkIssued(candidate),
    );
    if (issuer === undefined) break;
    path.push(issuer);
    at = issuer;
  }
  return path;
}

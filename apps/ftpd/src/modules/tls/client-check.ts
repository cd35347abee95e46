import type { X509Certificate } from 'node:crypto';
import type { TlsSessions } from '@ftpd/tls-session';
import type { TlsOption } from './options-row.ts';

/** What a verified client certificate must have beside the vouching of an authority. */
export interface ClientDemands {
  readonly options: ReadonlySet<TlsOption>;
  readonly maxDepth: number;
  readonly remoteAddress: string;
  /** Undefined: it is not known, and demands that are about it don't count (UseReverseDNS off). */
  readonly remoteName: string | undefined;
}

/** How many certificates of authorities stand above a certificate. Of a resumed session none are known. */
export function depthOf(certificate: X509Certificate): number {
  let depth = 0;
  let at = certificate;
  while (at.issuerCertificate !== undefined && at.issuerCertificate.fingerprint256 !== at.fingerprint256) {
    depth += 1;
    at = at.issuerCertificate;
  }
  return depth;
}

const commonName = (certificate: X509Certificate): string | undefined =>
  /^CN=(.*)$/mu.exec(certificate.subject)?.[1];

const isSame = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

/** @returns what is wrong with it; undefined: nothing. */
export function clientFault(
  certificate: X509Certificate,
  { options, maxDepth, remoteAddress, remoteName }: ClientDemands,
): string | undefined {
  const depth = depthOf(certificate);
  if (depth > maxDepth)
    return `client certificate refused: its chain is ${depth} deep, TLSVerifyDepth is ${maxDepth}`;
  if (options.has('iPAddressRequired') && certificate.checkIP(remoteAddress) === undefined)
    return `client certificate refused: it is not for the address ${remoteAddress}`;
  if (remoteName === undefined) return undefined;
  if (options.has('CommonNameRequired') && !isSame(commonName(certificate), remoteName))
    return `client certificate refused: its CommonName is not ${remoteName}`;
  if (options.has('dNSNameRequired') && certificate.checkHost(remoteName, { subject: 'never' }) === undefined)
    return `client certificate refused: it is not for the name ${remoteName}`;
  return undefined;
}

/** What a resumed session proved once must still hold. */
export function resumedFault(
  certificate: X509Certificate,
  sessions: Pick<TlsSessions, 'verifyAgain'>,
): string | undefined {
  const fault = sessions.verifyAgain(certificate);
  return fault === undefined ? undefined : `client certificate of a resumed session refused: ${fault}`;
}

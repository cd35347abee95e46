import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import type { TlsOption } from './options-row.ts';

/** What a verified client certificate must have beside the vouching of an authority. */
export interface ClientDemands {
  readonly options: ReadonlySet<TlsOption>;
  readonly maxDepth: number;
  readonly remoteAddress: string;
  /** Undefined: it is not known, and demands that are about it don't count (UseReverseDNS off). */
  readonly remoteName: string | undefined;
}

/** A certificate with what stands above it; the last is its own issuer. Of a resumed session none are known. */
interface Chained {
  readonly fingerprint256: string;
  readonly issuerCertificate?: Chained;
}

const maxChain = 1000;

/** How many certificates of authorities stand above a certificate. */
export function depthOf(certificate: Chained): number {
  let depth = 0;
  let at = certificate;
  while (depth < maxChain) {
    const above = at.issuerCertificate;
    if (above === undefined || above.fingerprint256 === at.fingerprint256) break;
    depth += 1;
    at = above;
  }
  return depth;
}

const commonName = (certificate: X509Certificate): string | undefined =>
  /^CN=(.*)$/mu.exec(certificate.subject)?.[1];

const isSame = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

/** @returns what is wrong with it; undefined: nothing. */
export function clientFault(
  shown: PeerCertificate,
  { options, maxDepth, remoteAddress, remoteName }: ClientDemands,
): string | undefined {
  const certificate = new X509Certificate(shown.raw);
  const depth = depthOf(shown as Chained);
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

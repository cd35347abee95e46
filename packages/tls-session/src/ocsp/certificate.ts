import { createHash, X509Certificate } from 'node:crypto';
import {
  bitsOf,
  childrenOf,
  DerFault,
  derTags,
  inside,
  integerOf,
  oidOf,
  readDer,
  sequenceOf,
  timeOf,
  type DerValue,
} from './der.ts';

const extensionOids = {
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  extendedKeyUsage: '2.5.29.37',
} as const;
const ocspAccessMethod = '1.3.6.1.5.5.7.48.1';
const ocspSigning = '1.3.6.1.5.5.7.3.9';
const uriName = derTags.implicit(6);
const maxUrls = 8;
const maxUrlLength = 2048;

/** What OCSP needs of a certificate. */
export interface CertificateFacts {
  readonly certificate: X509Certificate;
  /** Its number as in the certificate: the bytes of an INTEGER. */
  readonly serialNumber: Buffer;
  /** Names as they are encoded: they are compared byte by byte. */
  readonly issuerName: Buffer;
  readonly subjectName: Buffer;
  /** The bits of the public key, without its algorithm. */
  readonly publicKeyBits: Buffer;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Where its authority answers, http(s) only, in its order. */
  readonly responderUrls: readonly string[];
  /** Whether its issuer lets it sign OCSP responses. @see RFC 6960 §4.2.2.2 */
  readonly maySignOcsp: boolean;
}

/** @returns undefined for what is no certificate that can be understood. @see RFC 5280 §4.1 */
export function readCertificate(der: Buffer): CertificateFacts | undefined {
  try {
    const certificate = new X509Certificate(der);
    const [tbs] = childrenOf(readDer(der, derTags.sequence), derTags.sequence, 3);
    const fields = sequenceOf(tbs);
    fields.optional(derTags.explicit(0));
    const serialNumber = integerOf(fields.next(derTags.integer));
    fields.next(derTags.sequence);
    const issuerName = fields.next(derTags.sequence).whole;
    const [notBefore, notAfter] = childrenOf(fields.next(derTags.sequence), derTags.sequence, 2);
    if (notBefore === undefined || notAfter === undefined) return undefined;
    const subjectName = fields.next(derTags.sequence).whole;
    const [, publicKey] = childrenOf(fields.next(derTags.sequence), derTags.sequence, 2);
    fields.optional(derTags.implicit(1));
    fields.optional(derTags.implicit(2));
    const extensions = extensionsOf(fields.optional(derTags.explicit(3)));
    fields.end();
    return {
      certificate,
      serialNumber,
      issuerName,
      subjectName,
      publicKeyBits: bitsOf(publicKey),
      notBeforeMs: timeOf(notBefore),
      notAfterMs: timeOf(notAfter),
      responderUrls: responderUrlsOf(extensions.get(extensionOids.authorityInfoAccess)),
      maySignOcsp: namesOcspSigning(extensions.get(extensionOids.extendedKeyUsage)),
    };
  } catch {
    // Neither OpenSSL's reasons nor ours would help anybody who has to replace the certificate.
    return undefined;
  }
}

/** The values by object identifier. @throws {DerFault} */
function extensionsOf(field: DerValue | undefined): ReadonlyMap<string, Buffer> {
  const values = new Map<string, Buffer>();
  if (field === undefined) return values;
  for (const extension of childrenOf(inside(field, derTags.sequence), derTags.sequence, 64)) {
    const parts = sequenceOf(extension, derTags.sequence, 3);
    const oid = oidOf(parts.next(derTags.oid));
    parts.optional(derTags.boolean);
    if (values.has(oid)) throw new DerFault('an extension twice');
    values.set(oid, parts.next(derTags.octetString).content);
    parts.end();
  }
  return values;
}

function responderUrlsOf(value: Buffer | undefined): readonly string[] {
  if (value === undefined) return [];
  return childrenOf(readDer(value, derTags.sequence), derTags.sequence)
    .flatMap((description) => {
      const parts = sequenceOf(description, derTags.sequence, 2);
      const method = oidOf(parts.next(derTags.oid));
      const location = parts.any();
      const isOcsp = method === ocspAccessMethod && location.tag === uriName;
      return isOcsp && location.content.length <= maxUrlLength ? [location.content.toString('latin1')] : [];
    })
    .filter(isHttpUrl)
    .slice(0, maxUrls);
}

function namesOcspSigning(value: Buffer | undefined): boolean {
  if (value === undefined) return false;
  return childrenOf(readDer(value, derTags.sequence), derTags.sequence).some(
    (purpose) => oidOf(purpose) === ocspSigning,
  );
}

export function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '';
}

export function sha1(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest();
}

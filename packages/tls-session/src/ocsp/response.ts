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
  tagged,
  timeOf,
  type DerValue,
} from './der.ts';
import { nonceOid } from './request.ts';

/** A response is some hundred bytes, or some thousand with certificates. */
export const maxResponseBytes = 16_384;
const basicResponseOid = '1.3.6.1.5.5.7.48.1.1';
const maxSingleResponses = 64;
const maxCertificates = 8;

const statuses = {
  0: 'successful',
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
} as const;

export type ResponseStatus = (typeof statuses)[keyof typeof statuses];

export type CertificateStatus = 'good' | 'revoked' | 'unknown';

/** What a response says about one certificate. */
export interface SingleResponse {
  readonly hashAlgorithm: string;
  readonly issuerNameHash: Buffer;
  readonly issuerKeyHash: Buffer;
  readonly serialNumber: Buffer;
  readonly status: CertificateStatus;
  readonly thisUpdateMs: number;
  /** Absent: there may be something newer at any time. */
  readonly nextUpdateMs?: number;
}

/** A response as it says, which nobody has verified. */
export interface BasicResponse {
  /** What is signed. */
  readonly signedBytes: Buffer;
  readonly responder: { readonly name: Buffer } | { readonly keyHash: Buffer };
  readonly producedAtMs: number;
  readonly responses: readonly SingleResponse[];
  readonly nonce?: Buffer;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
  readonly certificates: readonly Buffer[];
}

export type OcspResponse =
  | { readonly status: Exclude<ResponseStatus, 'successful'> }
  | { readonly status: 'successful'; readonly basic: BasicResponse };

/** @returns undefined for what is no OCSP response in strict DER. @see RFC 6960 §4.2.1 */
export function readResponse(bytes: Buffer): OcspResponse | undefined {
  if (bytes.length > maxResponseBytes) return undefined;
  try {
    const fields = sequenceOf(readDer(bytes, derTags.sequence));
    const { content } = fields.next(derTags.enumerated);
    const status = content.length === 1 ? statuses[content[0] as keyof typeof statuses] : undefined;
    const body = fields.optional(derTags.explicit(0));
    fields.end();
    if (status === undefined) return undefined;
    if (status !== 'successful') return body === undefined ? { status } : undefined;
    if (body === undefined) return undefined;
    const parts = sequenceOf(inside(body, derTags.sequence));
    if (oidOf(parts.next(derTags.oid)) !== basicResponseOid) return undefined;
    const basic = readBasic(parts.next(derTags.octetString).content);
    parts.end();
    return { status, basic };
  } catch (error) {
    if (error instanceof DerFault) return undefined;
    throw error;
  }
}

/** @throws {DerFault} */
function readBasic(bytes: Buffer): BasicResponse {
  const fields = sequenceOf(readDer(bytes, derTags.sequence));
  const data = fields.next(derTags.sequence);
  const algorithm = fields.next(derTags.sequence);
  const signature = bitsOf(fields.next(derTags.bitString));
  const certificates = fields.optional(derTags.explicit(0));
  fields.end();
  return {
    signedBytes: data.whole,
    ...readData(data),
    signatureAlgorithm: oidOf(childrenOf(algorithm, derTags.sequence, 2)[0]),
    signature,
    certificates:
      certificates === undefined
        ? []
        : childrenOf(inside(certificates, derTags.sequence), derTags.sequence, maxCertificates).map(
            (certificate) => tagged(certificate, derTags.sequence).whole,
          ),
  };
}

/** @throws {DerFault} */
function readData(data: DerValue): Pick<BasicResponse, 'responder' | 'producedAtMs' | 'responses' | 'nonce'> {
  const fields = sequenceOf(data);
  // DER leaves out the version that is the default, and there is no other one.
  const name = fields.optional(derTags.explicit(1));
  const responder =
    name === undefined
      ? { keyHash: inside(fields.next(derTags.explicit(2)), derTags.octetString).content }
      : { name: inside(name, derTags.sequence).whole };
  const producedAtMs = timeOf(fields.next(derTags.generalizedTime));
  const responses = childrenOf(fields.next(derTags.sequence), derTags.sequence, maxSingleResponses);
  const nonce = readExtensions(fields.optional(derTags.explicit(1)));
  fields.end();
  return {
    responder,
    producedAtMs,
    responses: responses.map(readSingle),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

const statusTags: Readonly<Record<number, CertificateStatus>> = {
  [derTags.implicit(0)]: 'good',
  [derTags.explicit(1)]: 'revoked',
  [derTags.implicit(2)]: 'unknown',
};

/** @throws {DerFault} */
function readSingle(value: DerValue): SingleResponse {
  const fields = sequenceOf(value);
  const certId = sequenceOf(fields.next(derTags.sequence));
  const [hashAlgorithm] = childrenOf(certId.next(derTags.sequence), derTags.sequence, 2);
  const issuerNameHash = certId.next(derTags.octetString).content;
  const issuerKeyHash = certId.next(derTags.octetString).content;
  const serialNumber = integerOf(certId.next(derTags.integer));
  certId.end();
  const statusValue = fields.any();
  const status = statusTags[statusValue.tag];
  if (status === undefined) throw new DerFault('not a status');
  if (status === 'revoked') {
    const revocation = sequenceOf(statusValue, statusValue.tag, 2);
    timeOf(revocation.next(derTags.generalizedTime));
    revocation.optional(derTags.explicit(0));
    revocation.end();
  } else if (statusValue.content.length > 0) throw new DerFault('not a status');
  const thisUpdateMs = timeOf(fields.next(derTags.generalizedTime));
  const next = fields.optional(derTags.explicit(0));
  readExtensions(fields.optional(derTags.explicit(1)));
  fields.end();
  return {
    hashAlgorithm: oidOf(hashAlgorithm),
    issuerNameHash,
    issuerKeyHash,
    serialNumber,
    status,
    thisUpdateMs,
    ...(next === undefined ? {} : { nextUpdateMs: timeOf(inside(next, derTags.generalizedTime)) }),
  };
}

/** @returns the nonce. @throws {DerFault} also for a critical extension that we don't know. */
function readExtensions(field: DerValue | undefined): Buffer | undefined {
  if (field === undefined) return undefined;
  let nonce: Buffer | undefined;
  for (const extension of childrenOf(inside(field, derTags.sequence), derTags.sequence)) {
    const parts = sequenceOf(extension, derTags.sequence, 3);
    const oid = oidOf(parts.next(derTags.oid));
    const isCritical = parts.optional(derTags.boolean)?.content[0] === 0xff;
    const { content } = parts.next(derTags.octetString);
    parts.end();
    if (oid === nonceOid) {
      if (nonce !== undefined) throw new DerFault('two nonces');
      nonce = readDer(content, derTags.octetString).content;
    } else if (isCritical) throw new DerFault('a critical extension');
  }
  return nonce;
}

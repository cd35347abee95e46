import { sha1, type CertificateFacts } from './certificate.ts';
import { derTags, encodeDer, encodeOid } from './der.ts';

export const nonceOid = '1.3.6.1.5.5.7.48.1.2';
const sha1Oid = '1.3.14.3.2.26';
const derNull = Buffer.of(0x05, 0x00);

const sequence = (...parts: readonly Uint8Array[]): Buffer => encodeDer(derTags.sequence, ...parts);

/**
 * The request for one certificate. Its hashes are SHA-1 because that is the only one that every responder takes (RFC 5019
 * §2.1.1); nothing is trusted for them.
 * @param nonce - 16 to 32 bytes. Absent: none is asked for, and the responder may give an answer it has made before.
 * @see RFC 6960 §4.1, RFC 9654
 */
export function encodeRequest(
  certificate: CertificateFacts,
  issuer: CertificateFacts,
  nonce?: Uint8Array,
): Buffer {
  const certId = sequence(
    sequence(encodeOid(sha1Oid), derNull),
    encodeDer(derTags.octetString, sha1(issuer.subjectName)),
    encodeDer(derTags.octetString, sha1(issuer.publicKeyBits)),
    encodeDer(derTags.integer, certificate.serialNumber),
  );
  const requests = sequence(sequence(certId));
  if (nonce === undefined) return sequence(sequence(requests));
  const extension = sequence(
    encodeOid(nonceOid),
    encodeDer(derTags.octetString, encodeDer(derTags.octetString, nonce)),
  );
  return sequence(sequence(requests, encodeDer(derTags.explicit(2), sequence(extension))));
}

import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import type { CertifiedKey } from './certified-key.ts';

/** Enough for any file of OpenSSL, Windows and Java; more only costs time. */
const maxBytes = 1024 * 1024;

/**
 * Opens a PKCS#12 file, with keys of any kind.
 * @returns undefined: the pass phrase is not the right one.
 * @throws an error that says what is wrong with the file
 */
export function openPkcs12(bytes: Buffer, passPhrase: string): CertifiedKey | undefined {
  if (bytes.length > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
  const asn1 = forge.asn1.fromDer(forge.util.createBuffer(bytes.toString('latin1')));
  let bags;
  try {
    bags = forge.pkcs12
      .pkcs12FromAsn1(asn1, false, passPhrase)
      .safeContents.flatMap(({ safeBags }) => safeBags);
  } catch (error) {
    if (/invalid password|MAC could not be verified|decrypt/iu.test((error as Error).message))
      return undefined;
    throw error;
  }
  const keys = bags
    .filter(({ type }) => type === forge.pki.oids['keyBag'] || type === forge.pki.oids['pkcs8ShroudedKeyBag'])
    .map(keyOf);
  const certificates = bags
    .filter(({ type }) => type === forge.pki.oids['certBag'])
    .map((bag) => new X509Certificate(derOf(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1)));
  const [key] = keys;
  if (key === undefined) throw new Error('it holds no private key');
  const certificate = certificates.find((candidate) => candidate.checkPrivateKey(key));
  if (certificate === undefined) throw new Error('it holds no certificate of its private key');
  return { certificate, key, more: certificates.filter((candidate) => candidate !== certificate) };
}

function keyOf(bag: forge.pkcs12.Bag): KeyObject {
  // Keys that are no RSA ones are left to us as they stand in the file.
  const info = bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag.asn1;
  return createPrivateKey({ key: derOf(info), format: 'der', type: 'pkcs8' });
}

const derOf = (asn1: forge.asn1.Asn1): Buffer => Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');

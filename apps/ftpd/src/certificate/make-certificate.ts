import { createPrivateKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';

const generate = promisify(generateKeyPair);
const dayMs = 86_400_000;

/** A new RSA key. @param bits - 2048 to 4096. */
export async function newKey(bits: number): Promise<KeyObject> {
  const { privateKey } = await generate('rsa', { modulusLength: bits });
  return privateKey;
}

/** PKCS #8 in PEM. */
export const keyPem = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }));

/** @throws an error that says why a text is no key that can be used */
export function keyFrom(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'rsa')
    throw new Error(
      `it is a key of ${key.asymmetricKeyType ?? 'an unknown kind'}, and only RSA is made here`,
    );
  return key;
}

function forgeKeys(key: KeyObject): forge.pki.rsa.KeyPair {
  const privateKey = forge.pki.privateKeyFromPem(String(key.export({ type: 'pkcs1', format: 'pem' })));
  return { privateKey, publicKey: forge.pki.setRsaPublicKey(privateKey.n, privateKey.e) };
}

/** GeneralName: dNSName, iPAddress (RFC 5280 §4.2.1.6). */
const alternativeName = (name: string) =>
  isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name };

const extensionsOf = (names: readonly string[]) => [
  { name: 'subjectAltName', altNames: names.map(alternativeName) },
  { name: 'extKeyUsage', serverAuth: true },
  { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
];

/** A common name has room for 64 characters; what counts are the alternative names. */
const subjectOf = ([first = '']: readonly string[]) => [{ name: 'commonName', value: first.slice(0, 64) }];

/** A request for a certificate (PKCS #10), in PEM. */
export function certificateRequest(key: KeyObject, names: readonly string[]): string {
  const { privateKey, publicKey } = forgeKeys(key);
  const request = forge.pki.createCertificationRequest();
  request.publicKey = publicKey;
  request.setSubject(subjectOf(names));
  request.setAttributes([{ name: 'extensionRequest', extensions: extensionsOf(names) }]);
  request.sign(privateKey, forge.md.sha256.create());
  return forge.pki.certificationRequestToPem(request).replaceAll('\r', '');
}

/** A certificate that only vouches for itself, in PEM. It begins a day ago: clocks differ. */
export function selfSignedCertificate(
  key: KeyObject,
  names: readonly string[],
  days: number,
  nowMs: number = Date.now(),
): string {
  const { privateKey, publicKey } = forgeKeys(key);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // Positive, and never the same twice.
  certificate.serialNumber = `01${randomBytes(16).toString('hex')}`;
  certificate.validity.notBefore = new Date(nowMs - dayMs);
  certificate.validity.notAfter = new Date(nowMs + days * dayMs);
  certificate.setSubject(subjectOf(names));
  certificate.setIssuer(subjectOf(names));
  certificate.setExtensions([
    ...extensionsOf(names),
    { name: 'basicConstraints', critical: true, cA: false },
  ]);
  certificate.sign(privateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r', '');
}

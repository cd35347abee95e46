import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { certificateLabels, pemBlocks } from './pem.ts';

/** A certificate with its key, as a TLS context takes them. */
export interface CertifiedKey {
  readonly certificate: X509Certificate;
  /** Certificates behind it in the same file, in its order. */
  readonly more: readonly X509Certificate[];
  readonly key: KeyObject;
}

/** The certificates of a PEM text. @throws an error of OpenSSL for one that is none */
export function certificatesIn(bytes: Buffer): readonly X509Certificate[] {
  return pemBlocks(bytes, ...certificateLabels).map((block) => new X509Certificate(block));
}

const encryptedCodes: ReadonlySet<string> = new Set([
  'ERR_MISSING_PASSPHRASE',
  'ERR_OSSL_BAD_DECRYPT',
  'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED',
]);

/** The private key of a PEM text, or what is needed to open it. */
export type OpenedKey =
  | { readonly outcome: 'opened'; readonly key: KeyObject }
  | { readonly outcome: 'encrypted' }
  | { readonly outcome: 'none'; readonly reason: string };

const keyPattern = /-----BEGIN ([A-Z ]{0,24}PRIVATE KEY)-----[\s\S]*?-----END \1-----/u;

/** @param passPhrase - Undefined: none is known yet. */
export function openKey(bytes: Buffer, passPhrase?: string): OpenedKey {
  const block = keyPattern.exec(bytes.toString('latin1'))?.[0];
  if (block === undefined) return { outcome: 'none', reason: 'it holds no private key in PEM' };
  try {
    return {
      outcome: 'opened',
      key: createPrivateKey({ key: block, ...(passPhrase === undefined ? {} : { passphrase: passPhrase }) }),
    };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (passPhrase === undefined && encryptedCodes.has(code)) return { outcome: 'encrypted' };
    return {
      outcome: 'none',
      reason: encryptedCodes.has(code) ? 'the pass phrase does not open it' : message,
    };
  }
}

const kinds: Readonly<Record<string, string>> = {
  rsa: 'RSA',
  'rsa-pss': 'RSA',
  ec: 'EC',
  ed25519: 'EC',
  ed448: 'EC',
};

/** What kind of key a certificate is for: `RSA`, `EC`, or the name that OpenSSL gives to another. */
export function kindOf({ publicKey }: X509Certificate): string {
  const type = publicKey.asymmetricKeyType ?? 'unknown';
  return kinds[type] ?? type;
}

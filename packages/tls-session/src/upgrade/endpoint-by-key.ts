import { tls13, type ClientHello } from './client-hello.ts';
import type { TlsEndpoint } from './types.ts';

/** How an ECDSA or EdDSA key signs in TLS 1.3, by its curve. */
const schemeOfCurve: Readonly<Record<string, number>> = {
  prime256v1: 0x0403,
  secp384r1: 0x0503,
  secp521r1: 0x0603,
  ed25519: 0x0807,
  ed448: 0x0808,
};

/** Suites up to TLS 1.2 that need an ECDSA certificate. */
const ecdsaSuites: ReadonlySet<number> = new Set([
  0xc006, 0xc007, 0xc008, 0xc009, 0xc00a, 0xc023, 0xc024, 0xc02b, 0xc02c, 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af,
  0xcca9,
]);
/** Those that need no certificate, or say something else: TLS 1.3, signals, and values that mean nothing (RFC 8701). */
const isNoOldSuite = (suite: number): boolean =>
  suite >> 8 === 0x13 || suite === 0x00ff || suite === 0x5600 || (suite & 0x0f0f) === 0x0a0a;

export interface EndpointsByKey {
  readonly rsa: TlsEndpoint;
  readonly ec: TlsEndpoint;
  /** OpenSSL's name of the curve, such as `prime256v1`; `ed25519`, `ed448`. */
  readonly curve: string;
}

/**
 * One identity with two certificates of which the ClientHello chooses. In one context OpenSSL would, but later than Node.js
 * asks for the OCSP response, and a client would be shown that of the other certificate. TLS 1.3 clients get the ECDSA one if
 * they can verify it, older ones the RSA one unless they take none.
 */
export function endpointByKey({ rsa, ec, curve }: EndpointsByKey): TlsEndpoint {
  const scheme = schemeOfCurve[curve];
  const speaks13 = rsa.options.versions?.includes('TLSv1.3') ?? true;
  const chosen = (hello: ClientHello): TlsEndpoint => {
    if (speaks13 && hello.versions.includes(tls13))
      return scheme !== undefined && hello.signatureSchemes.includes(scheme) ? ec : rsa;
    const old = hello.ciphers.filter((suite) => !isNoOldSuite(suite));
    return old.length > 0 && old.every((suite) => ecdsaSuites.has(suite)) ? ec : rsa;
  };
  return {
    options: rsa.options,
    kindFor: (hello) => rsa.kindFor(hello),
    contextFor: (hello) => chosen(hello).contextFor(hello),
    dataContextFor: (hello) => chosen(hello).dataContextFor(hello),
    holdSealed: (hello, context) => chosen(hello).holdSealed(hello, context),
    holdOffered: (hello) => chosen(hello).holdOffered(hello),
    close() {
      rsa.close();
      ec.close();
    },
  };
}

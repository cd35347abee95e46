import { createSecureContext, type SecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { ClientHello } from './client-hello.ts';
import { endpointByKey } from './endpoint-by-key.ts';
import type { TlsEndpoint, TlsVersion } from './types.ts';

const [rsaContext, ecContext] = [createSecureContext(), createSecureContext()];
const closed: SecureContext[] = [];

function endpoint(context: SecureContext, versions: readonly TlsVersion[]): TlsEndpoint {
  return {
    options: { versions } as unknown as TlsEndpoint['options'],
    contextFor: () => context,
    dataContextFor: () => context,
    holdSealed: () => () => {},
    holdOffered: () => () => {},
    kindFor: () => 'tickets',
    close: () => closed.push(context),
  };
}

const pair = (curve = 'prime256v1', versions: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3']): TlsEndpoint =>
  endpointByKey({ rsa: endpoint(rsaContext, versions), ec: endpoint(ecContext, versions), curve });

const helloOf = (parts: Partial<ClientHello>): ClientHello => ({
  hostName: undefined,
  versions: [0x0303],
  ciphers: [],
  signatureSchemes: [],
  sessionId: new Uint8Array(0),
  ticket: undefined,
  pskIdentities: [],
  extensions: [],
  alpn: undefined,
  ...parts,
});

function chosen(from: TlsEndpoint, parts: Partial<ClientHello>): string {
  const hello = helloOf(parts);
  expect(from.dataContextFor(hello)).toBe(from.contextFor(hello));
  return from.contextFor(hello) === ecContext ? 'ec' : 'rsa';
}

const tls13Hello = { versions: [0x0304, 0x0303], ciphers: [0x1302, 0xc02c, 0xc030] };

describe('an endpoint with two certificates', () => {
  it('shows a client of TLS 1.3 the one of the curve that it can verify', () => {
    expect(chosen(pair(), { ...tls13Hello, signatureSchemes: [0x0403, 0x0804] })).toBe('ec');
    expect(chosen(pair('secp384r1'), { ...tls13Hello, signatureSchemes: [0x0403, 0x0804] })).toBe('rsa');
    expect(chosen(pair('ed25519'), { ...tls13Hello, signatureSchemes: [0x0807] })).toBe('ec');
    expect(chosen(pair(), { ...tls13Hello, signatureSchemes: [0x0804] })).toBe('rsa');
    expect(chosen(pair('brainpoolP256r1'), { ...tls13Hello, signatureSchemes: [0x0403] })).toBe('rsa');
  });

  it('shows older ones RSA, unless they take ECDSA only', () => {
    expect(chosen(pair(), { ciphers: [0xc02c, 0xc030, 0x00ff], signatureSchemes: [0x0403] })).toBe('rsa');
    expect(chosen(pair(), { ciphers: [0xc02c, 0xcca9, 0x00ff, 0x1a1a] })).toBe('ec');
    expect(chosen(pair(), { ciphers: [0x00ff] })).toBe('rsa');
  });

  it('goes by the suites where TLS 1.3 is not spoken', () => {
    const old = pair('prime256v1', ['TLSv1.2']);
    expect(chosen(old, { ...tls13Hello, signatureSchemes: [0x0403] })).toBe('rsa');
    expect(chosen(old, { ...tls13Hello, ciphers: [0x1302, 0xc02c] })).toBe('ec');
  });

  it('lets go of both', () => {
    pair().close();
    expect(closed).toEqual([rsaContext, ecContext]);
  });
});

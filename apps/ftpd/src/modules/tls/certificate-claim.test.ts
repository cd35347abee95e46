import { X509Certificate } from 'node:crypto';
import { makeTlsIdentity, type TlsIdentity } from '@ftpd/test-services';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { alternativeNames, holds, namesOf } from './certificate-claim.ts';
import { extensionTexts, oidBytes } from './certificate-extension.ts';

let identity: TlsIdentity;
let certificate: X509Certificate;

beforeAll(async () => {
  identity = await makeTlsIdentity({
    name: 'alice',
    alternativeNames:
      'email:alice,email:al@example.org,DNS:bob\n1.2.3.4=ASN1:UTF8String:carol\n1.2.3.5=DER:64:61:76:65',
  });
  certificate = new X509Certificate(identity.cert);
});

describe('what a certificate calls its user', () => {
  it.each([
    [{ kind: 'CommonName' }, ['alice']],
    [{ kind: 'EmailSubjAltName' }, ['alice', 'al@example.org']],
    [{ kind: 'oid', oid: '1.2.3.4' }, ['carol']],
    [{ kind: 'oid', oid: '1.2.3.5' }, ['dave']],
    [{ kind: 'oid', oid: '1.2.3' }, []],
    [{ kind: 'oid', oid: '1.2.3.4.5' }, []],
  ] as const)('by %j is %j', (attribute, names) => {
    expect(namesOf(certificate, attribute)).toEqual(names);
  });

  it('is nothing where there are several common names', async () => {
    const { cert } = await makeTlsIdentity({ name: 'alice/CN=root' });
    expect(namesOf(new X509Certificate(cert), { kind: 'CommonName' })).toEqual([]);
  });
});

describe('alternative names', () => {
  it.each([
    ['email:alice, DNS:bob', ['email:alice', 'DNS:bob']],
    ['DNS:"a, email:root", email:bob', ['DNS:a, email:root', 'email:bob']],
    ['URI:http://x/?a=email:root, email:bob', ['URI:http://x/?a=email:root', 'email:bob']],
    ['', []],
  ])('of %j are %j', (text, names) => {
    expect(alternativeNames(text)).toEqual(names);
  });
});

describe('.tlslogin', () => {
  it('holds a certificate among others, and nothing else', async () => {
    const other = await makeTlsIdentity({ name: 'alice' });
    const of = (text: string): boolean => holds(Buffer.from(text), certificate);
    expect(of(identity.cert)).toBe(true);
    expect(of(`comment\n${other.cert}${identity.cert}`)).toBe(true);
    expect(of(other.cert)).toBe(false);
    expect(of('')).toBe(false);
    expect(of('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')).toBe(false);
  });
});

describe('extensions', () => {
  it('are found by their object identifiers', () => {
    expect([...oidBytes('1.2.840.113549')]).toEqual([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]);
    expect([...oidBytes('2.5.29.17')]).toEqual([0x55, 0x1d, 0x11]);
  });

  it('of any bytes, whole or cut, are found or not, without a fault', () => {
    const whole = certificate.raw;
    for (let length = 0; length < whole.length; length += 1)
      expect(Array.isArray(extensionTexts(whole.subarray(0, length), '1.2.3.4'))).toBe(true);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(whole.length - 1), (bytes, at) => {
        const changed = Buffer.from(whole);
        changed.set(bytes.subarray(0, whole.length - at), at);
        return Array.isArray(extensionTexts(changed, '1.2.3.4'));
      }),
    );
  });
});

import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { removeFolder, startOcspAuthority, temporaryFolder } from '@ftpd/test-services';
import type { IssuedCertificate, OcspAuthority } from '@ftpd/test-services';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCertificate, type CertificateFacts } from '../src/ocsp/certificate.ts';
import { fetchResponse } from '../src/ocsp/fetch-response.ts';
import { encodeRequest } from '../src/ocsp/request.ts';
import { readResponse } from '../src/ocsp/response.ts';
import { verifyResponse, type VerifyOptions } from '../src/ocsp/verify.ts';

let folder: string;
let authority: OcspAuthority;
let other: OcspAuthority;
let server: IssuedCertificate;
let certificate: CertificateFacts;
let issuer: CertificateFacts;

const factsOf = ({ cert }: IssuedCertificate): CertificateFacts =>
  readCertificate(new X509Certificate(readFileSync(cert)).raw)!;

const ask = (about = certificate, nonce?: Buffer): Promise<Buffer> =>
  fetchResponse(authority.url, encodeRequest(about, issuer, nonce), AbortSignal.timeout(10_000));

const verdictOf = (bytes: Buffer, options: Partial<VerifyOptions> = {}): unknown => {
  const verdict = verifyResponse(bytes, { certificate, issuer, nowMs: Date.now(), ...options });
  return verdict.isValid ? verdict.response.status : verdict.fault;
};

beforeAll(async () => {
  folder = temporaryFolder('ocsp-');
  authority = await startOcspAuthority(join(folder, 'one'));
  other = await startOcspAuthority(join(folder, 'other'), { kind: 'rsa' });
  server = await authority.issue('server');
  await authority.declare(server, 'good');
  certificate = factsOf(server);
  issuer = factsOf(authority.ca);
});
beforeEach(() => {
  for (const key of ['signer', 'minutes', 'args', 'instead'] as const) delete authority.manner[key];
});
afterAll(async () => {
  await authority.stop();
  await other.stop();
  removeFolder(folder);
});

describe('an answer of openssl ocsp', () => {
  it('is taken from the issuer, with the times that it names', async () => {
    const verdict = verifyResponse(await ask(), { certificate, issuer, nowMs: Date.now() });
    expect(verdict).toMatchObject({ isValid: true, response: { status: 'good' } });
    const { thisUpdateMs, endMs } = (verdict as { response: { thisUpdateMs: number; endMs: number } })
      .response;
    expect(endMs - thisUpdateMs).toBe(3_600_000);
    expect(Math.abs(Date.now() - thisUpdateMs)).toBeLessThan(60_000);
  });

  it('names its responder by key as well', async () => {
    authority.manner.args = ['-resp_key_id'];
    expect(verdictOf(await ask())).toBe('good');
  });

  it.each(['sha256', 'sha384', 'sha512'])('is signed with %s', async (hash) => {
    authority.manner.args = ['-rmd', hash];
    expect(verdictOf(await ask())).toBe('good');
  });

  it('is not believed if signed with SHA-1', async () => {
    authority.manner.args = ['-rmd', 'sha1'];
    expect(verdictOf(await ask())).toBe('badSignature');
  });

  it('is signed with RSA', async () => {
    const signer = await authority.issue('rsa-delegate', { kind: 'rsa', isDelegate: true });
    authority.manner.signer = signer;
    expect(verdictOf(await ask())).toBe('good');
  });

  it('tells of revoked and of unknown certificates', async () => {
    const revoked = await authority.issue('revoked');
    await authority.declare(revoked, 'revoked');
    const unknown = await authority.issue('unknown');
    for (const [which, status] of [
      [revoked, 'revoked'],
      [unknown, 'unknown'],
    ] as const) {
      const facts = factsOf(which);
      expect(verdictOf(await ask(facts), { certificate: facts })).toBe(status);
    }
  });

  it('is taken from a delegate that the issuer made', async () => {
    authority.manner.signer = await authority.issue('delegate', { isDelegate: true });
    const bytes = await ask();
    expect(verdictOf(bytes)).toBe('good');
    expect(verdictOf(bytes, { nowMs: Date.now() + 3 * 86_400_000 })).toBe('expired');
  });

  it('is refused from a delegate that is left out', async () => {
    authority.manner.signer = await authority.issue('delegate2', { isDelegate: true });
    authority.manner.args = ['-resp_no_certs'];
    expect(verdictOf(await ask())).toBe('unauthorised');
  });

  it('is refused from a certificate that may not sign answers', async () => {
    authority.manner.signer = server;
    expect(verdictOf(await ask())).toBe('unauthorised');
  });

  it("is refused from another authority's delegate, and from that authority", async () => {
    for (const signer of [await other.issue('delegate', { isDelegate: true }), other.ca]) {
      authority.manner.signer = signer;
      const bytes = await ask();
      // The other authority has the same name, and another key.
      expect(['unauthorised', 'badSignature']).toContain(verdictOf(bytes));
      expect(verdictOf(bytes, { ignoresSignature: true })).toBe('good');
    }
  });

  it('is refused before its time and after it', async () => {
    const bytes = await ask();
    expect(verdictOf(bytes, { nowMs: Date.now() - 3_600_000 })).toBe('notYetValid');
    expect(verdictOf(bytes, { nowMs: Date.now() + 3_600_000 })).toBe('expired');
  });

  it('is refused if it is about another certificate, or the same number of another issuer', async () => {
    const bytes = await ask();
    expect(verdictOf(bytes, { certificate: factsOf(authority.ca) })).toBe('otherCertificate');
    expect(verdictOf(bytes, { issuer: factsOf(other.ca) })).toBe('otherCertificate');
  });

  it('carries the nonce of its request, and no other', async () => {
    const nonce = Buffer.alloc(32, 7);
    const bytes = await ask(certificate, nonce);
    expect(verdictOf(bytes, { nonce })).toBe('good');
    expect(verdictOf(bytes, { nonce: Buffer.alloc(32, 8) })).toBe('wrongNonce');
    expect(verdictOf(await ask(), { nonce })).toBe('good');
  });

  it.each([
    ['30030a0101', 'unsuccessful'],
    ['30030a0103', 'tryLater'],
    ['30030a0106', 'unsuccessful'],
    ['30030a0104', 'malformed'],
    ['30030a0100', 'malformed'],
    ['30030a010300', 'malformed'],
    ['', 'malformed'],
  ])('is refused if it is %s', (hex, fault) => {
    expect(verdictOf(Buffer.from(hex, 'hex'))).toBe(fault);
  });
});

describe('the reader of answers', () => {
  it('refuses one that was cut, at every length, and one with bytes behind it', async () => {
    const bytes = await ask();
    for (let length = 0; length < bytes.length; length += 1)
      expect(readResponse(bytes.subarray(0, length))).toBeUndefined();
    expect(readResponse(Buffer.concat([bytes, Buffer.of(0)]))).toBeUndefined();
    expect(readResponse(bytes)).toBeDefined();
  });

  it('never believes anything else, whichever bit was changed', async () => {
    authority.manner.signer = await authority.issue('delegate3', { isDelegate: true });
    const bytes = await ask();
    const nowMs = Date.now();
    const { response } = verifyResponse(bytes, { certificate, issuer, nowMs }) as { response: object };
    const believed: object[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit += 3) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const verdict = verifyResponse(changed, { certificate, issuer, nowMs });
      if (verdict.isValid) believed.push({ ...verdict.response, bytes });
    }
    // What is not signed may change and say the same.
    expect(believed).toEqual(believed.map(() => response));
  });

  it('never throws, whatever it is given', async () => {
    const bytes = await ask();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.uint8Array({ maxLength: 64 }),
        fc.nat(bytes.length),
        (changes, inserted, place) => {
          const changed = Buffer.concat([bytes.subarray(0, place), inserted, bytes.subarray(place)]);
          for (const [at, value] of changes) changed[at] = value;
          const verdict = verifyResponse(changed, { certificate, issuer, nowMs: Date.now() });
          return !verdict.isValid || verdict.response.status === 'good';
        },
      ),
      { numRuns: 2000 },
    );
  });
});

import { readFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { createMemoryCache } from '@ftpd/cache';
import { until, type ResponderManner } from '@ftpd/test-services';
import { describe, expect, it } from 'vitest';
import { createOcspStapler, type OcspStaplerOptions } from '../src/index.ts';
import { der, listening, stapler, useOcspSetting } from './ocsp-setting.ts';

const dead = 'http://127.0.0.1:1/';
const setting = useOcspSetting();

describe('an answer', () => {
  it('is fetched once, whatever comes meanwhile', async () => {
    const before = setting().authority.requestCount();
    const made = stapler();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => made.staple(der(setting().good), der(setting().authority.ca))),
    );
    expect(new Set(answers.map((answer) => answer?.toString('hex'))).size).toBe(1);
    expect(answers[0]).toBeDefined();
    expect(setting().authority.requestCount() - before).toBe(1);
  });

  it('is refreshed at half of its life, and given meanwhile', async () => {
    let nowMs = Date.now();
    const made = stapler({ now: () => nowMs, random: () => 0.5 });
    const first = await made.staple(der(setting().good), der(setting().authority.ca));
    nowMs += 1_700_000;
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).toEqual(first);
    setting().authority.manner.minutes = 120;
    const before = setting().authority.requestCount();
    nowMs += 200_000;
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).toEqual(first);
    await until(() => made.ofType('fetched').length === 2, 15_000, 'the second answer');
    expect(setting().authority.requestCount() - before).toBe(1);
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).not.toEqual(first);
  });

  it('is not given after its end', async () => {
    let nowMs = Date.now();
    const made = stapler({ now: () => nowMs });
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).toBeDefined();
    setting().authority.manner.instead = (_request, response) => void response.writeHead(503).end();
    nowMs += 3_601_000;
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).toBeUndefined();
    await until(() => made.ofType('failed').length === 1, 15_000, 'the failure');
    expect(made.ofType('failed')[0]?.reason).toContain('HTTP status 503');
  });

  it('is asked for again after a pause when there was none', async () => {
    let nowMs = Date.now();
    setting().authority.manner.instead = (_request, response) =>
      void response.end(Buffer.from('30030a0103', 'hex'));
    const made = stapler({ now: () => nowMs, random: () => 0.5 });
    const staple = (): Promise<Buffer | undefined> =>
      made.staple(der(setting().good), der(setting().authority.ca));
    expect(await staple()).toBeUndefined();
    expect(made.ofType('failed')[0]).toMatchObject({ retryMs: 10_000 });
    expect(made.ofType('failed')[0]?.reason).toContain('try later');
    delete setting().authority.manner.instead;
    const before = setting().authority.requestCount();
    nowMs += 9_000;
    expect(await staple()).toBeUndefined();
    expect(setting().authority.requestCount()).toBe(before);
    nowMs += 2_000;
    await until(async () => (await staple()) !== undefined, 15_000, 'an answer');
  });

  it.each<[string, NonNullable<ResponderManner['instead']>, string]>([
    ['garbage', (_, response) => void response.end('garbage'), 'no OCSP response'],
    ['too much', (_, response) => void response.end(Buffer.alloc(200_000)), 'longer than 16384'],
    ['an error', (_, response) => void response.writeHead(404).end(), 'HTTP status 404'],
    [
      'half of it',
      (_, response) =>
        void response.writeHead(200, { 'content-length': 99 }).write('x', () => response.destroy()),
      'aborted',
    ],
    [
      'a file',
      (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      'no http',
    ],
    ['itself', (_, response) => void response.writeHead(302, { location: '/ocsp' }).end(), 'redirections'],
  ])('is nothing when the responder gives %s', async (_name, instead, reason) => {
    setting().authority.manner.instead = instead;
    const made = stapler();
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).toBeUndefined();
    expect(made.ofType('failed')[0]?.reason).toContain(reason);
  });

  it('is found behind a redirection', async () => {
    const redirecting = createTcpServer((socket) =>
      socket
        .resume()
        .end(`HTTP/1.1 307 Elsewhere\r\nLocation: ${setting().authority.url}\r\nContent-Length: 0\r\n\r\n`),
    );
    const port = await listening(redirecting);
    const made = stapler({ responderUrl: `http://127.0.0.1:${port}/` });
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).toBeDefined();
  });

  it('is nothing when the responder is dead, and the reason is told', async () => {
    const made = stapler({ responderUrl: dead });
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).toBeUndefined();
    expect(made.ofType('failed')[0]?.reason).toContain('ECONNREFUSED');
  });

  it('is nothing without an issuer or a responder, or for bytes that are no certificate', async () => {
    const made = stapler();
    expect(await made.staple(der(setting().good))).toBeUndefined();
    expect(made.ofType('failed')[0]?.reason).toContain('issuer is not known');
    expect(await made.staple(der(setting().authority.ca), der(setting().authority.ca))).toBeUndefined();
    expect(made.ofType('failed')[1]?.reason).toContain('names no responder');
    expect(await made.staple(Buffer.from('garbage'), der(setting().authority.ca))).toBeUndefined();
    expect(made.events).toHaveLength(2);
  });

  it('is found with an issuer that is configured', async () => {
    const made = stapler({ issuers: [readFileSync(setting().authority.ca.cert)] });
    expect(await made.staple(der(setting().good))).toBeDefined();
  });

  it('is nothing after close', async () => {
    const made = stapler();
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).toBeDefined();
    made.close();
    expect(await made.staple(der(setting().good), der(setting().authority.ca))).toBeUndefined();
  });
});

describe('options', () => {
  it.each<OcspStaplerOptions>([
    { timeoutMs: 0 },
    { timeoutMs: 1.5 },
    { handshakeWaitMs: -1 },
    { cacheDeadlineMs: 20_000 },
    { maxCertificates: 0 },
    { responderUrl: 'ldap://127.0.0.1/' },
    { issuers: ['no certificate'] },
  ])('refuses %j', (options) => {
    expect(() => createOcspStapler(options)).toThrow(
      expect.objectContaining({ code: 'TLS_BAD_OPTION' }) as Error,
    );
  });

  it('forgets the certificate that was used least recently', async () => {
    const made = stapler({ maxCertificates: 1, cache: createMemoryCache() });
    for (const certificate of [setting().good, setting().rsa, setting().good])
      await made.staple(der(certificate), der(setting().authority.ca));
    expect(made.ofType('fetched')).toHaveLength(2);
    expect(made.ofType('shared')).toHaveLength(1);
  });
});

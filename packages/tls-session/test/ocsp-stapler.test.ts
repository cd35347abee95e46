import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, createServer, TLSSocket } from 'node:tls';
import { createMemoryCache } from '@ftpd/cache';
import {
  freePort,
  removeFolder,
  stapledHandshake,
  startOcspAuthority,
  startProcess,
  temporaryFolder,
  until,
  type IssuedCertificate,
  type OcspAuthority,
} from '@ftpd/test-services';
import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createOcspStapler,
  type OcspEvent,
  type OcspStapler,
  type OcspStaplerOptions,
} from '../src/index.ts';

const dead = 'http://127.0.0.1:1/';

let folder: string;
let authority: OcspAuthority;
let good: IssuedCertificate;
let rsa: IssuedCertificate;
let revoked: IssuedCertificate;
let unknown: IssuedCertificate;
const endings: (() => Promise<unknown> | void)[] = [];

const der = ({ cert }: IssuedCertificate): Buffer => new X509Certificate(readFileSync(cert)).raw;

interface Watched extends OcspStapler {
  readonly events: OcspEvent[];
  ofType<Type extends OcspEvent['type']>(type: Type): readonly Extract<OcspEvent, { type: Type }>[];
}

/** Long waits: a machine under load must not decide what a handshake shows. */
function stapler(options: OcspStaplerOptions = {}): Watched {
  const events: OcspEvent[] = [];
  const made = createOcspStapler({
    handshakeWaitMs: 10_000,
    onEvent: (event) => events.push(event),
    ...options,
  });
  endings.push(() => made.close());
  return {
    ...made,
    events,
    ofType: <Type extends OcspEvent['type']>(type: Type) =>
      events.filter((event): event is Extract<OcspEvent, { type: Type }> => event.type === type),
  };
}

const contextOf = (server: IssuedCertificate): object => ({
  cert: readFileSync(server.cert),
  key: readFileSync(server.key),
  ca: readFileSync(authority.ca.cert),
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function tlsServer(server: IssuedCertificate, made: OcspStapler): Promise<number> {
  const tls = createServer(contextOf(server), (socket) => socket.on('error', () => undefined).resume());
  made.attach(tls);
  return listening(tls);
}

beforeAll(async () => {
  folder = temporaryFolder('ocsp-');
  authority = await startOcspAuthority(folder);
  [good, rsa, revoked, unknown] = [
    await authority.issue('good'),
    await authority.issue('rsa', { kind: 'rsa' }),
    await authority.issue('revoked'),
    await authority.issue('unknown'),
  ];
  for (const certificate of [good, rsa]) await authority.declare(certificate, 'good');
  await authority.declare(revoked, 'revoked');
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  for (const key of ['signer', 'minutes', 'args', 'instead'] as const) delete authority.manner[key];
});
afterAll(async () => {
  await authority.stop();
  removeFolder(folder);
});

describe('handshakes with openssl s_client', () => {
  it.each(['-tls1_2', '-tls1_3'])('show a good answer (%s)', async (version) => {
    const made = stapler();
    for (const certificate of [good, rsa]) {
      const port = await tlsServer(certificate, made);
      expect(await stapledHandshake(port, [version])).toMatchObject({ status: 'good' });
    }
    expect(made.ofType('fetched')).toHaveLength(2);
  });

  it('verify, as s_client checks the signature', async () => {
    const port = await tlsServer(good, stapler());
    const { output } = await stapledHandshake(port, ['-CAfile', authority.ca.cert]);
    expect(output).toContain('Verify return code: 0 (ok)');
  });

  it('staple where one connection has one emitter', async () => {
    const made = stapler();
    const context = createSecureContext(contextOf(good));
    const port = await listening(
      createTcpServer((raw) => {
        const emitter = new EventEmitter();
        made.attach(emitter, context);
        const options = { isServer: true, secureContext: context, server: emitter as never };
        new TLSSocket(raw, options).on('error', () => undefined).resume();
      }),
    );
    expect(await stapledHandshake(port)).toMatchObject({ status: 'good' });
  });

  it('say that a certificate is revoked', async () => {
    const port = await tlsServer(revoked, stapler());
    expect(await stapledHandshake(port)).toMatchObject({ status: 'revoked' });
  });

  it('staple nothing about a certificate that the responder does not know', async () => {
    const made = stapler();
    const port = await tlsServer(unknown, made);
    expect(await stapledHandshake(port)).toMatchObject({ status: 'none' });
    expect(made.ofType('failed')[0]?.reason).toContain('does not know');
  });

  it('staple nothing when they resume', async () => {
    const port = await tlsServer(good, stapler());
    const session = join(folder, 'session');
    expect(await stapledHandshake(port, ['-tls1_2', '-sess_out', session])).toMatchObject({ status: 'good' });
    expect(await stapledHandshake(port, ['-tls1_2', '-sess_in', session])).toMatchObject({
      isReused: true,
      status: 'none',
    });
  });

  it('go on without an answer from a responder that does not answer, and wait no second time', async () => {
    authority.manner.instead = () => undefined;
    const made = stapler({ handshakeWaitMs: 50 });
    const port = await tlsServer(good, made);
    const begun = performance.now();
    for (let count = 0; count < 3; count += 1)
      expect(await stapledHandshake(port)).toMatchObject({ status: 'none' });
    // Each client of ours takes some; the responder has ten seconds.
    expect(performance.now() - begun).toBeLessThan(9_000);
    expect(made.events).toEqual([]);
  });

  it('work with the responder of openssl itself', async () => {
    const port = await freePort();
    const words = `ocsp -port ${port} -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -nmin 60`;
    const responder = await startProcess('openssl', words.split(' '), { cwd: folder });
    endings.push(() => responder.stop());
    await until(() => responder.output().includes('waiting'), 15_000, 'openssl ocsp');
    const made = stapler({ responderUrl: `http://127.0.0.1:${port}/`, usesNonce: true });
    expect(await stapledHandshake(await tlsServer(good, made))).toMatchObject({ status: 'good' });
  });
});

describe('an answer', () => {
  it('is fetched once, whatever comes meanwhile', async () => {
    const before = authority.requestCount();
    const made = stapler();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => made.staple(der(good), der(authority.ca))),
    );
    expect(new Set(answers.map((answer) => answer?.toString('hex'))).size).toBe(1);
    expect(answers[0]).toBeDefined();
    expect(authority.requestCount() - before).toBe(1);
  });

  it('is refreshed at half of its life, and given meanwhile', async () => {
    let nowMs = Date.now();
    const made = stapler({ now: () => nowMs, random: () => 0.5 });
    const first = await made.staple(der(good), der(authority.ca));
    nowMs += 1_700_000;
    expect(await made.staple(der(good), der(authority.ca))).toEqual(first);
    authority.manner.minutes = 120;
    const before = authority.requestCount();
    nowMs += 200_000;
    expect(await made.staple(der(good), der(authority.ca))).toEqual(first);
    await until(() => made.ofType('fetched').length === 2, 15_000, 'the second answer');
    expect(authority.requestCount() - before).toBe(1);
    expect(await made.staple(der(good), der(authority.ca))).not.toEqual(first);
  });

  it('is not given after its end', async () => {
    let nowMs = Date.now();
    const made = stapler({ now: () => nowMs });
    expect(await made.staple(der(good), der(authority.ca))).toBeDefined();
    authority.manner.instead = (_request, response) => void response.writeHead(503).end();
    nowMs += 3_601_000;
    expect(await made.staple(der(good), der(authority.ca))).toBeUndefined();
    await until(() => made.ofType('failed').length === 1, 15_000, 'the failure');
    expect(made.ofType('failed')[0]?.reason).toContain('HTTP status 503');
  });

  it('is asked for again after a pause when there was none', async () => {
    let nowMs = Date.now();
    authority.manner.instead = (_request, response) => void response.end(Buffer.from('30030a0103', 'hex'));
    const made = stapler({ now: () => nowMs, random: () => 0.5 });
    const staple = (): Promise<Buffer | undefined> => made.staple(der(good), der(authority.ca));
    expect(await staple()).toBeUndefined();
    expect(made.ofType('failed')[0]).toMatchObject({ retryMs: 10_000 });
    expect(made.ofType('failed')[0]?.reason).toContain('try later');
    delete authority.manner.instead;
    const before = authority.requestCount();
    nowMs += 9_000;
    expect(await staple()).toBeUndefined();
    expect(authority.requestCount()).toBe(before);
    nowMs += 2_000;
    await until(async () => (await staple()) !== undefined, 15_000, 'an answer');
  });

  it.each<[string, OcspAuthority['manner']['instead'] & object, string]>([
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
    authority.manner.instead = instead;
    const made = stapler();
    expect(await made.staple(der(good), der(authority.ca))).toBeUndefined();
    expect(made.ofType('failed')[0]?.reason).toContain(reason);
  });

  it('is found behind a redirection', async () => {
    const redirecting = createTcpServer((socket) =>
      socket
        .resume()
        .end(`HTTP/1.1 307 Elsewhere\r\nLocation: ${authority.url}\r\nContent-Length: 0\r\n\r\n`),
    );
    const port = await listening(redirecting);
    const made = stapler({ responderUrl: `http://127.0.0.1:${port}/` });
    expect(await made.staple(der(good), der(authority.ca))).toBeDefined();
  });

  it('is nothing when the responder is dead, and the reason is told', async () => {
    const made = stapler({ responderUrl: dead });
    expect(await made.staple(der(good), der(authority.ca))).toBeUndefined();
    expect(made.ofType('failed')[0]?.reason).toContain('ECONNREFUSED');
  });

  it('is nothing without an issuer or a responder, or for bytes that are no certificate', async () => {
    const made = stapler();
    expect(await made.staple(der(good))).toBeUndefined();
    expect(made.ofType('failed')[0]?.reason).toContain('issuer is not known');
    expect(await made.staple(der(authority.ca), der(authority.ca))).toBeUndefined();
    expect(made.ofType('failed')[1]?.reason).toContain('names no responder');
    expect(await made.staple(Buffer.from('garbage'), der(authority.ca))).toBeUndefined();
    expect(made.events).toHaveLength(2);
  });

  it('is found with an issuer that is configured', async () => {
    const made = stapler({ issuers: [readFileSync(authority.ca.cert)] });
    expect(await made.staple(der(good))).toBeDefined();
  });

  it('is nothing after close', async () => {
    const made = stapler();
    expect(await made.staple(der(good), der(authority.ca))).toBeDefined();
    made.close();
    expect(await made.staple(der(good), der(authority.ca))).toBeUndefined();
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
    for (const certificate of [good, rsa, good]) await made.staple(der(certificate), der(authority.ca));
    expect(made.ofType('fetched')).toHaveLength(2);
    expect(made.ofType('shared')).toHaveLength(1);
  });
});

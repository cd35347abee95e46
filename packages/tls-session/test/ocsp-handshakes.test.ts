import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, createServer, TLSSocket } from 'node:tls';
import { freePort, stapledHandshake, startProcess, until, type IssuedCertificate } from '@ftpd/test-services';
import { describe, expect, it } from 'vitest';
import type { OcspStapler } from '../src/index.ts';
import { atEnd, listening, stapler, useOcspSetting } from './ocsp-setting.ts';

const setting = useOcspSetting();

const contextOf = (server: IssuedCertificate): object => ({
  cert: readFileSync(server.cert),
  key: readFileSync(server.key),
  ca: readFileSync(setting().authority.ca.cert),
});

async function tlsServer(server: IssuedCertificate, made: OcspStapler): Promise<number> {
  const tls = createServer(contextOf(server), (socket) => socket.on('error', () => undefined).resume());
  made.attach(tls);
  return listening(tls);
}

describe('handshakes with openssl s_client', () => {
  it.each(['-tls1_2', '-tls1_3'])('show a good answer (%s)', async (version) => {
    const made = stapler();
    for (const certificate of [setting().good, setting().rsa]) {
      const port = await tlsServer(certificate, made);
      expect(await stapledHandshake(port, [version])).toMatchObject({ status: 'good' });
    }
    expect(made.ofType('fetched')).toHaveLength(2);
  });

  it('verify, as s_client checks the signature', async () => {
    const port = await tlsServer(setting().good, stapler());
    const { output } = await stapledHandshake(port, ['-CAfile', setting().authority.ca.cert]);
    expect(output).toContain('Verify return code: 0 (ok)');
  });

  it('staple where one connection has one emitter', async () => {
    const made = stapler();
    const context = createSecureContext(contextOf(setting().good));
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
    const port = await tlsServer(setting().revoked, stapler());
    expect(await stapledHandshake(port)).toMatchObject({ status: 'revoked' });
  });

  it('staple nothing about a certificate that the responder does not know', async () => {
    const made = stapler();
    const port = await tlsServer(setting().unknown, made);
    expect(await stapledHandshake(port)).toMatchObject({ status: 'none' });
    expect(made.ofType('failed')[0]?.reason).toContain('does not know');
  });

  it('staple nothing when they resume', async () => {
    const port = await tlsServer(setting().good, stapler());
    const session = join(setting().folder, 'session');
    expect(await stapledHandshake(port, ['-tls1_2', '-sess_out', session])).toMatchObject({ status: 'good' });
    expect(await stapledHandshake(port, ['-tls1_2', '-sess_in', session])).toMatchObject({
      isReused: true,
      status: 'none',
    });
  });

  it('go on without an answer from a responder that does not answer, and wait no second time', async () => {
    setting().authority.manner.instead = () => undefined;
    const made = stapler({ handshakeWaitMs: 50 });
    const port = await tlsServer(setting().good, made);
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
    const responder = await startProcess('openssl', words.split(' '), { cwd: setting().folder });
    atEnd(() => responder.stop());
    await until(() => responder.output().includes('waiting'), 15_000, 'openssl ocsp');
    const made = stapler({ responderUrl: `http://127.0.0.1:${port}/`, usesNonce: true });
    expect(await stapledHandshake(await tlsServer(setting().good, made))).toMatchObject({ status: 'good' });
  });
});

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Cache } from '@ftpd/cache';
import { describe, expect, it } from 'vitest';
import { createTlsEndpoint, upgradeToTls, type TlsEndpoint, type Trust } from '../src/index.ts';
import { afterwards, certificates, memory, openSessions, openssl, secret, type TestKeys } from './pool.ts';

const a = certificates();
const b = certificates();

/** One port with two names, whose clients are verified by authorities of their own, and one name that verifies nobody. */
async function startHosts(cache: Cache): Promise<number> {
  const endpointOf = ({ key, cert, paths }: TestKeys, trust: Trust): TlsEndpoint => {
    const sessions = openSessions({ cache, secret, trust });
    const endpoint = createTlsEndpoint({
      context: { key, cert, ca: readFileSync(paths.ca) },
      clientVerification: trust.clientVerification,
      sessions,
    });
    afterwards(() => {
      endpoint.close();
    });
    return endpoint;
  };
  const required = ({ paths }: TestKeys, scope: string): Trust => ({
    clientVerification: 'required',
    ca: readFileSync(paths.ca),
    scope,
  });
  const hosts = new Map([
    ['a.test', endpointOf(a, required(a, 'a'))],
    ['b.test', endpointOf(b, required(b, 'b'))],
    ['open.test', endpointOf(a, { clientVerification: 'none' })],
  ]);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.pause();
    upgradeToTls(socket, { choose: ({ hostName = '' }) => hosts.get(hostName) }).then(
      ({ socket: secured, clientCertificate, isResumed }) => {
        secured.on('error', () => {});
        secured.end(
          `served ${String(clientCertificate?.subject.CN ?? 'nobody')} ${isResumed ? 'again' : 'anew'}\n`,
        );
      },
      () => {},
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe.each(['-tls1_2', '-tls1_3'])('virtual hosts on one port (%s)', (version) => {
  const visit = (port: number, name: string, ...words: string[]): Promise<string> =>
    openssl(port, ['-ign_eof', version, '-servername', name, ...words]);
  const file = (name: string): string => join(dirname(a.paths.ca), `${name}${version}.pem`);
  const proofOf = ({ paths }: TestKeys): string[] => ['-cert', paths.clientCert, '-key', paths.clientKey];

  it('know their own clients again, on another node, too', async () => {
    const cache = memory();
    const [one, other] = [await startHosts(cache), await startHosts(cache)];
    const first = await visit(one, 'a.test', ...proofOf(a), '-sess_out', file('own'));
    expect(first).toContain('served client anew');
    expect(await visit(other, 'a.test', '-sess_in', file('own'))).toContain('served client again');
  });

  it('take no client for one of theirs because another host knew it', async () => {
    const cache = memory();
    const [one, other] = [await startHosts(cache), await startHosts(cache)];
    await visit(one, 'a.test', ...proofOf(a), '-sess_out', file('of-a'));
    for (const port of [one, other]) {
      const atB = await visit(port, 'b.test', '-sess_in', file('of-a'));
      expect(atB).not.toContain('served');
      expect(atB).not.toMatch(/^Reused/m);
      const atOpen = await visit(port, 'open.test', '-sess_in', file('of-a'));
      expect(atOpen).toContain('served nobody anew');
    }
  });

  it('take no session of a host that verifies nobody for one of a verified client', async () => {
    const cache = memory();
    const port = await startHosts(cache);
    expect(await visit(port, 'open.test', '-sess_out', file('open'))).toContain('served nobody anew');
    expect(await visit(port, 'open.test', '-sess_in', file('open'))).toContain('served nobody again');
    const atA = await visit(port, 'a.test', '-sess_in', file('open'));
    expect(atA).not.toContain('served');
  });
});

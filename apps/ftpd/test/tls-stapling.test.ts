import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  removeFolder,
  stapledHandshake,
  startFtpd,
  startMemcached,
  startOcspAuthority,
  startProftpd,
  temporaryFolder,
  until,
  type IssuedCertificate,
  type OcspAuthority,
  type StapledHandshake,
  type TestMemcached,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const patience = { timeout: 15_000 };

let folder: string;
let authority: OcspAuthority;
let certificate: IssuedCertificate;
let memcached: TestMemcached;
const servers: TestServer[] = [];

beforeAll(async () => {
  folder = temporaryFolder('tls-stapling-');
  authority = await startOcspAuthority(folder);
  certificate = await authority.issue('server');
  await authority.declare(certificate, 'good');
  memcached = await startMemcached();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    await server.process.stop('SIGTERM');
    await server.stop();
  }
  delete authority.manner.instead;
});
afterAll(async () => {
  await Promise.all([authority?.stop(), memcached?.stop('SIGKILL')]);
  removeFolder(folder);
});

const configuration = (directives: string): string => `${BASE_CONFIGURATION}
LoadModule mod_tls.c
TLSEngine on
TLSLog %{env:FTPD_TEST_FOLDER}/tls.log
TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/server.pem
TLSECCertificateKeyFile %{env:FTPD_TEST_FOLDER}/server.key
TLSCACertificateFile %{env:FTPD_TEST_FOLDER}/ca.pem
${directives}
`;

async function start(
  starter: (setup: Parameters<typeof startFtpd>[0]) => Promise<TestServer>,
  directives: string,
): Promise<TestServer> {
  const server = await starter({
    config: configuration(directives),
    files: {
      'server.pem': readFileSync(certificate.cert),
      'server.key': { content: readFileSync(certificate.key), mode: 0o600 },
      'ca.pem': readFileSync(authority.ca.cert),
    },
  });
  servers.push(server);
  return server;
}

const seenAt = (server: TestServer, ...args: string[]): Promise<StapledHandshake> =>
  stapledHandshake(server.port, ['-starttls', 'ftp', ...args]);

describe('the daemon', () => {
  it.each(['-tls1_2', '-tls1_3'])('shows clients what the authority says (%s)', async (version) => {
    const server = await start(startFtpd, 'TLSStapling on');
    await expect.poll(async () => (await seenAt(server, version)).status, patience).toBe('good');
  });

  it('shows of two certificates the answer of the one that it uses', async () => {
    const rsa = await authority.issue('rsa', { kind: 'rsa' });
    await authority.declare(rsa, 'revoked');
    const directives = `TLSStapling on
TLSRSACertificateFile ${rsa.cert}
TLSRSACertificateKeyFile ${rsa.key}`;
    const server = await start(startFtpd, directives);
    for (const [args, status] of [
      [['-tls1_3', '-sigalgs', 'ECDSA+SHA256'], 'good'],
      [['-tls1_3', '-sigalgs', 'RSA-PSS+SHA256'], 'revoked'],
      [['-tls1_3'], 'good'],
      [['-tls1_2'], 'revoked'],
      [['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES256-GCM-SHA384'], 'good'],
      [['-tls1_2', '-cipher', 'ECDHE-RSA-AES256-GCM-SHA384'], 'revoked'],
    ] as const)
      await expect.poll(async () => (await seenAt(server, ...args)).status, patience).toBe(status);
  });

  it('shows nothing where TLSStapling is off', async () => {
    const before = authority.requestCount();
    expect((await seenAt(await start(startFtpd, ''))).status).toBe('none');
    expect(authority.requestCount()).toBe(before);
  });

  it.each([
    ['', 'tryLater'],
    ['TLSStaplingOptions NoFakeTryLater', 'none'],
  ])('has nothing to show when the responder fails (%s): %s', async (options, status) => {
    authority.manner.instead = (_request, response) => void response.writeHead(500).end();
    const server = await start(startFtpd, `TLSStapling on\n${options}`);
    expect((await seenAt(server)).status).toBe(status);
    const log = join(server.folder, 'tls.log');
    await expect.poll(() => readFileSync(log, 'utf8'), patience).toContain('HTTP status 500');
  });

  it('asks the responder of TLSStaplingResponder', async () => {
    const server = await start(
      startFtpd,
      'TLSStapling on\nTLSStaplingResponder http://127.0.0.1:1/\nTLSStaplingTimeout 5',
    );
    const log = join(server.folder, 'tls.log');
    await expect.poll(() => readFileSync(log, 'utf8'), patience).toContain('ECONNREFUSED');
  });

  it('and a real ProFTPD have one answer in TLSStaplingCache', async () => {
    const directives = `LoadModule mod_memcache.c
LoadModule mod_tls_memcache.c
MemcacheEngine on
MemcacheServers ${memcached.host}:${memcached.port}
TLSStapling on
TLSStaplingCache memcache:`;
    const ours = await start(startFtpd, directives);
    await until(async () => (await seenAt(ours)).status === 'good', 18_000, 'an answer to be stapled');
    authority.manner.instead = (_request, response) => void response.writeHead(500).end();
    const theirs = await start(startProftpd, directives);
    expect((await seenAt(theirs, '-tls1_2')).status).toBe('good');
    const another = await start(startFtpd, directives);
    await until(async () => (await seenAt(another)).status === 'good', 25_000, 'the answer of the pool');
  }, 60_000);
});

import { runProgram } from '@ftpd/test-services';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import tls, { type ConnectionOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { shareSessions, type Trust } from '../src/index.ts';
import {
  byId,
  byTicket12,
  byTicket13,
  certificates,
  memory,
  openSessions,
  openssl,
  secret,
  startNode,
  visit,
  type TestKeys,
} from './pool.ts';

const a = certificates();
const b = certificates();

const serverOf = ({ key, cert, paths }: TestKeys) => ({
  key,
  cert,
  ca: readFileSync(paths.ca),
  requestCert: true,
});
const clientOf = ({ paths }: TestKeys): ConnectionOptions => ({
  key: readFileSync(paths.clientKey),
  cert: readFileSync(paths.clientCert),
});
const trustIn = ({ paths }: TestKeys, scope: string): Trust => ({
  clientVerification: 'required',
  ca: readFileSync(paths.ca),
  scope,
});

const kinds = [
  ['TLS 1.2 by id', byId],
  ['TLS 1.2 by ticket', byTicket12],
  ['TLS 1.3', byTicket13],
] as const;

describe.each(kinds)('a session of a verified client, %s', (_name, version) => {
  it('is resumed where the same authorities are trusted, with its certificate', async () => {
    const cache = memory();
    const trust = trustIn(a, 'a');
    const one = await startNode(serverOf(a), { cache, secret, trust });
    const other = await startNode(serverOf(a), { cache, secret, trust });
    const first = await visit(one.port, { ...version, ...clientOf(a) });
    expect(first.answer).toMatchObject({ isResumed: false, isAuthorized: true, peer: 'CN=client' });
    expect((await visit(other.port, { ...version, session: first.session })).answer).toEqual({
      isResumed: true,
      isAuthorized: true,
      peer: 'CN=client',
    });
  });

  it('does not authenticate its client on a virtual host that trusts another authority', async () => {
    const cache = memory();
    const hostA = await startNode(serverOf(a), { cache, secret, trust: trustIn(a, 'a') });
    const hostB = await startNode(serverOf(b), { cache, secret, trust: trustIn(b, 'b') });
    const first = await visit(hostA.port, { ...version, ...clientOf(a) });
    expect(first.answer?.isAuthorized).toBe(true);
    const second = await visit(hostB.port, { ...version, session: first.session });
    expect(second.answer).toBeUndefined();
    expect(second.isResumed).not.toBe(true);
  });

  it('is not resumed where nobody is verified, nor is a session of there resumed here', async () => {
    const cache = memory();
    const verifying = await startNode(serverOf(a), { cache, secret, trust: trustIn(a, 'a') });
    const open = await startNode(a, { cache, secret });
    const verified = await visit(verifying.port, { ...version, ...clientOf(a) });
    expect((await visit(open.port, { ...version, session: verified.session })).answer).toMatchObject({
      isResumed: false,
    });
    const unknown = await visit(open.port, version);
    expect((await visit(verifying.port, { ...version, session: unknown.session })).answer).toBeUndefined();
  });

  it('does not authenticate its client under another name of the same server', async () => {
    const cache = memory();
    const trust: Trust = {
      clientVerification: 'required',
      ca: [readFileSync(a.paths.ca), readFileSync(b.paths.ca)],
    };
    const node = await startNode(serverOf(a), { cache, secret, trust });
    node.server.addContext('b.test', serverOf(b));
    const file = join(dirname(a.paths.ca), `session-${version.minVersion}-${version.secureOptions}`);
    const proof = ['-cert', a.paths.clientCert, '-key', a.paths.clientKey, '-sess_out', file];
    expect(await openssl(node.port, [...wordsOf(version), '-servername', 'a.test', ...proof])).toContain(
      '"isAuthorized":true',
    );
    // Node.js's own clients would not offer it there.
    const other = await openssl(node.port, [...wordsOf(version), '-servername', 'b.test', '-sess_in', file]);
    expect(other).toMatch(/^Reused, TLS/m);
    expect(other).not.toContain('isAuthorized');
  });
});

function wordsOf(version: ConnectionOptions): string[] {
  const which = version.minVersion === 'TLSv1.3' ? ['-tls1_3'] : ['-tls1_2'];
  // It goes on to read what the server says though its own input has ended.
  return ['-ign_eof', ...which, ...(version.secureOptions === undefined ? [] : ['-no_ticket'])];
}

describe('trust', () => {
  const contextOf = (trust: Trust): string => openSessions({ trust }).sessionIdContext;

  it("has ProFTPD's context without verification, and one of its own with any", () => {
    expect(contextOf({ clientVerification: 'none' })).toBe('\u0001\0\0\0');
    const [ca, caB] = [a, b].map(({ paths }) => readFileSync(paths.ca)) as [Buffer, Buffer];
    const contexts = [
      contextOf({ clientVerification: 'none', scope: 'a' }),
      contextOf({ clientVerification: 'optional', ca }),
      contextOf({ clientVerification: 'required', ca }),
      contextOf({ clientVerification: 'required', ca: caB }),
      contextOf({ clientVerification: 'required', ca: [ca, caB] }),
      contextOf({ clientVerification: 'required', ca, scope: 'a' }),
    ];
    expect(new Set(contexts).size).toBe(contexts.length);
    for (const context of contexts) expect(context).toMatch(/^[\w-]{32}$/);
  });

  it('is the same whatever the order of the authorities and the white space of their files are', () => {
    const [ca, caB] = [a, b].map(({ paths }) => readFileSync(paths.ca, 'latin1')) as [string, string];
    const context = contextOf({ clientVerification: 'required', ca: [ca, caB] });
    expect(contextOf({ clientVerification: 'required', ca: `# both\n${caB}\n\n${ca}` })).toBe(context);
  });

  it('is not shared with ProFTPD when there is verification', () => {
    const proftpd = { encoding: 'tpl', store: 'memcache' } as const;
    expect(() => openSessions({ proftpd, trust: trustIn(a, 'a') })).toThrow('can not be shared with ProFTPD');
    expect(() => openSessions({ proftpd, trust: { clientVerification: 'none', scope: 'a' } })).toThrow(
      'one virtual host',
    );
  });

  it('has to be told for a server that verifies clients', () => {
    const server = tls.createServer(serverOf(a));
    expect(() => shareSessions(server, {})).toThrow('The server verifies clients');
    const named = tls.createServer({ ...serverOf(a), SNICallback: () => {} });
    expect(() => shareSessions(named, { trust: trustIn(a, 'a') })).toThrow('haveNamesOneTrust');
  });

  it('refuses authorities and lists that can not be read', () => {
    const bad = (trust: Omit<Trust, 'clientVerification'>) => () =>
      openSessions({ trust: { clientVerification: 'required', ...trust } });
    expect(bad({ ca: 'nonsense' })).toThrow('no certificate');
    expect(bad({ crl: 'nonsense' })).toThrow('revocation list');
  });
});

describe('a certificate of a resumed session', () => {
  const revoke = async ({ paths }: TestKeys, days: string): Promise<Buffer> => {
    const folder = dirname(paths.ca);
    writeFileSync(
      join(folder, 'ca.cnf'),
      '[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ndefault_md=sha256\ncertificate=ca.pem\nprivate_key=ca.key\n',
    );
    writeFileSync(join(folder, 'index.txt'), '');
    const run = async (words: string): Promise<void> => {
      const { code, output } = await runProgram('openssl', words.split(' '), { cwd: folder });
      if (code !== 0) throw new Error(output);
    };
    await run('ca -config ca.cnf -revoke client.pem');
    await run(`ca -config ca.cnf -gencrl ${days} -out crl.pem`);
    return readFileSync(join(folder, 'crl.pem'));
  };
  const client = () => new X509Certificate(readFileSync(a.paths.clientCert));
  const dayMs = 24 * 3_600_000;

  it('is verified by its dates, its authority and the lists of today', async () => {
    const ca = readFileSync(a.paths.ca);
    const verifying = (trust: Partial<Trust>, laterMs = 0): string | undefined =>
      openSessions({
        trust: { clientVerification: 'required', ca, ...trust },
        now: () => Date.now() + laterMs,
      }).verifyAgain(client());
    expect(verifying({})).toBeUndefined();
    expect(verifying({}, 3 * dayMs)).toBe('it is not valid at this time');
    expect(verifying({}, -dayMs)).toBe('it is not valid at this time');
    const crl = await revoke(a, '-crldays 1');
    expect(verifying({ crl })).toBe('it was revoked');
    expect(verifying({ crl: await revoke(b, '-crldays 1') })).toBeUndefined();
    const short = await revoke(a, '-crlsec 60');
    expect(verifying({ crl: short }, 120_000)).toContain('out of date');
  });

  it('is a full handshake away from being resumed by id once it has ended', async () => {
    let laterMs = 0;
    const options = { trust: trustIn(a, 'a'), now: () => Date.now() + laterMs, sessionTtlMs: 5 * dayMs };
    const node = await startNode(serverOf(a), options);
    const first = await visit(node.port, { ...byId, ...clientOf(a) });
    laterMs = 3 * dayMs;
    const second = await visit(node.port, { ...byId, session: first.session });
    expect(second.isResumed).not.toBe(true);
    expect(node.events).toContainEqual(expect.objectContaining({ type: 'refused', what: 'certificate' }));
  });

  it.each(kinds.slice(1))(
    'lets no client in with a ticket once it has ended (%s)',
    async (_name, version) => {
      let laterMs = 0;
      const node = await startNode(serverOf(a), {
        trust: trustIn(a, 'a'),
        now: () => Date.now() + laterMs,
        ticketKeys: { rotateMs: 7 * dayMs },
      });
      const first = await visit(node.port, { ...version, ...clientOf(a) });
      const again = await visit(node.port, { ...version, session: first.session });
      expect(again.answer).toMatchObject({ isAuthorized: true, isResumed: true });
      laterMs = 3 * dayMs;
      const { session } = version === byTicket12 ? first : again;
      expect((await visit(node.port, { ...version, session })).answer).toBeUndefined();
    },
  );
});

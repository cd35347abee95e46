import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { createMemoryCache, newPoolSecret, PoolSecret } from '@ftpd/cache';
import {
  makeCertificates,
  removeFolder,
  runProgram,
  temporaryFolder,
  type TestCertificates,
} from '@ftpd/test-services';
import {
  createTlsSessions,
  isTlsError,
  type TlsEndpointOptions,
  type UpgradedConnection,
} from '@ftpd/tls-session';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  connectClient as client,
  endAll,
  ends,
  startUpgrading,
  type Outcome,
  type Upgrading,
} from './upgrading.ts';

const secret = PoolSecret.parse(newPoolSecret());

let folder: string;
let pems: Record<keyof TestCertificates, Buffer>;

beforeAll(async () => {
  folder = temporaryFolder('upgrade-');
  const files = await makeCertificates(folder);
  const read = Object.entries(files).map(async ([name, path]) => [name, await readFile(path as string)]);
  pems = Object.fromEntries(await Promise.all(read)) as typeof pems;
}, 30_000);

afterAll(() => removeFolder(folder));
afterEach(endAll);

type StartOptions = Partial<Parameters<typeof startUpgrading>[0]>;

/** With the test's own certificate. */
function start({ context, ...options }: StartOptions = {}): Promise<Upgrading> {
  const own: TlsEndpointOptions['context'] = { cert: pems.serverCert, key: pems.serverKey };
  return startUpgrading({ ...options, context: { ...own, ...context } });
}

function upgraded(outcome: Outcome): UpgradedConnection {
  if ('error' in outcome) throw outcome.error;
  return outcome;
}

const errorOf = (outcome: object): unknown => ('error' in outcome ? outcome.error : undefined);
const versions = ['TLSv1.2', 'TLSv1.3'] as const;
const only = (version: (typeof versions)[number]): ConnectionOptions => ({
  minVersion: version,
  maxVersion: version,
});

describe('upgradeToTls', () => {
  it.each(versions)('tells name, version and session of a client of %s', async (version) => {
    const { port, next } = await start();
    const [outcome, { socket }] = await Promise.all([
      next(),
      client(port, { ...only(version), servername: 'files.example' }),
    ]);
    const { hello, isResumed, clientCertificate } = upgraded(outcome);
    expect({ name: hello.hostName, isResumed, clientCertificate }).toEqual({
      name: 'files.example',
      isResumed: false,
      clientCertificate: undefined,
    });
    expect(socket.getProtocol()).toBe(version);
  });

  it('offers no version but those of its endpoint', async () => {
    for (const [offered, asked] of [
      ['TLSv1.2', 'TLSv1.3'],
      ['TLSv1.3', 'TLSv1.2'],
    ] as const) {
      const { port, next } = await start({ versions: [offered] });
      const [outcome] = await Promise.all([
        next(),
        expect(client(port, only(asked))).rejects.toMatchObject({
          code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
        }),
      ]);
      expect(isTlsError(errorOf(outcome), 'TLS_HANDSHAKE_FAILED')).toBe(true);
    }
  });

  it('refuses a name with unrecognized_name', async () => {
    const { port, next } = await start({ names: ['files.example'] });
    const [outcome] = await Promise.all([
      next(),
      expect(client(port, { servername: 'other.example' })).rejects.toThrow(/unrecognized name/i),
    ]);
    expect(isTlsError(errorOf(outcome), 'TLS_NAME_UNKNOWN')).toBe(true);
  });

  it.each(versions)('refuses other protocols than its own where ALPN is strict: %s', async (version) => {
    const alpn = { protocols: ['ftp'], isStrict: true };
    const { port, next } = await start({ alpn });
    const [, refused] = await Promise.all([
      next(),
      client(port, { ...only(version), ALPNProtocols: ['http/1.1'] }).catch((error: unknown) => error),
    ]);
    expect(String(refused)).toMatch(/no application protocol/i);
    for (const ALPNProtocols of [['ftp'], ['http/1.1', 'ftp'], undefined]) {
      const options = ALPNProtocols ? { ALPNProtocols } : {};
      const [outcome, { socket }] = await Promise.all([
        next(),
        client(port, { ...only(version), ...options }),
      ]);
      upgraded(outcome);
      expect(socket.alpnProtocol).toBe(ALPNProtocols ? 'ftp' : false);
    }
  });

  it('leaves ALPN out for who offers others, where it is not strict', async () => {
    const { port, next } = await start({ alpn: { protocols: ['ftp'], isStrict: false } });
    const [outcome, { socket }] = await Promise.all([next(), client(port, { ALPNProtocols: ['http/1.1'] })]);
    upgraded(outcome);
    expect(socket.alpnProtocol).toBe(false);
  });

  it('lets no client renegotiate', async () => {
    const { port, next } = await start();
    const talking = next().then(upgraded);
    const { code, output } = await runProgram(
      'sh',
      [
        '-c',
        `{ sleep 0.3; echo R; sleep 1; echo still here; } | openssl s_client -tls1_2 -connect 127.0.0.1:${port}`,
      ],
      { deadlineMs: 15_000 },
    );
    const { socket } = await talking;
    expect(code).not.toBe(0);
    expect(output).toContain('no renegotiation');
    socket.destroy();
  });

  it.each(versions)(
    'asks for a certificate, and takes none that it has no authority for: %s',
    async (version) => {
      const ca = { context: { ca: pems.ca } };
      const good = { cert: pems.clientCert, key: pems.clientKey };
      const required = await start({ ...ca, clientVerification: 'required' });
      const [admitted] = await Promise.all([
        required.next(),
        client(required.port, { ...only(version), ...good }),
      ]);
      expect(upgraded(admitted).clientCertificate?.subject.CN).toBe('client');
      const [without] = await Promise.all([
        required.next(),
        client(required.port, only(version)).catch(() => undefined),
      ]);
      expect(isTlsError(errorOf(without), 'TLS_CLIENT_UNVERIFIED')).toBe(true);
      const optional = await start({ ...ca, clientVerification: 'optional' });
      const [unasked] = await Promise.all([optional.next(), client(optional.port, only(version))]);
      expect(upgraded(unasked).clientCertificate).toBeUndefined();
      const stranger = await start({ clientVerification: 'optional' });
      const [bad] = await Promise.all([
        stranger.next(),
        client(stranger.port, { ...only(version), ...good }).catch(() => undefined),
      ]);
      expect(isTlsError(errorOf(bad), 'TLS_CLIENT_UNVERIFIED')).toBe(true);
    },
  );
});

describe('upgradeData', () => {
  it.each(versions)('takes what resumes its own connection, and nothing else: %s', async (version) => {
    const { port, next, nextData } = await start();
    const connections = [];
    for (let index = 0; index < 2; index++) {
      const [outcome, own] = await Promise.all([next(), client(port, only(version))]);
      connections.push({ control: upgraded(outcome), session: await own.session() });
    }
    const [first, second] = connections as [(typeof connections)[0], (typeof connections)[0]];
    for (const [session, isTaken] of [
      [first.session, true],
      [second.session, false],
      [undefined, false],
    ] as const) {
      const [data] = await Promise.all([
        nextData(first.control),
        client(port, { ...only(version), ...(session ? { session } : {}) }).catch(() => undefined),
      ]);
      if (isTaken) expect(errorOf(data)).toBeUndefined();
      else expect(isTlsError(errorOf(data), 'TLS_NOT_RESUMED')).toBe(true);
    }
  });

  it.each(versions)(
    'is bound also to a connection that was resumed from another node: %s',
    async (version) => {
      const cache = createMemoryCache();
      ends.push(() => cache.close());
      const nodes = [];
      for (let index = 0; index < 2; index++) {
        const sessions = createTlsSessions({ cache, secret, maxNearSessions: 0 });
        await sessions.ready();
        nodes.push(await start({ sessions }));
      }
      const [there, here] = nodes as [Upgrading, Upgrading];
      const [, before] = await Promise.all([there.next(), client(there.port, only(version))]);
      const session = await before.session();
      before.socket.destroy();
      const [outcome, again] = await Promise.all([
        here.next(),
        client(here.port, { ...only(version), session }),
      ]);
      const control = upgraded(outcome);
      expect(control.isResumed).toBe(true);
      expect(again.socket.isSessionReused()).toBe(true);
      for (let index = 0; index < 3; index++) {
        const [data] = await Promise.all([
          here.nextData(control),
          client(here.port, { ...only(version), session }),
        ]);
        expect(errorOf(data)).toBeUndefined();
      }
    },
  );
});

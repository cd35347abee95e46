import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  PASSWORD,
  removeFolder,
  runProgram,
  startFtpd,
  temporaryFolder,
  until,
  type TestServer,
} from '@ftpd/test-services';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeBeside } from './beside.ts';
import { OpensslSession, type ControlOptions } from './tls-pool/openssl-session.ts';
import { tlsSetup, tlsStores, type TlsStore } from './tls-pool/pool.ts';

const versions = [
  ['1.2', '-tls1_2'],
  ['1.3', '-tls1_3'],
] as const;

/** As much as is under way for a while, at the rate that curl is told. */
const content = randomBytes(6 * 1024 * 1024);

const troubleNames = ['is flushed', 'falls silent', 'dies'] as const;

/** Each test has a store and a node of its own, and so may have its suite. */
const cases = tlsStores
  .filter(([name]) => name !== 'memcached, TPL')
  .flatMap(([name, open]) => [undefined, ...troubleNames].map((trouble) => ({ name, open, trouble })));

describeBeside(cases)('a node over $name', { timeout: 120_000 }, ({ open, trouble }) => {
  let folder: string;
  let store: TlsStore;
  let server: TestServer;
  let files = 0;

  beforeEach(async () => {
    folder = temporaryFolder('tls-trouble-');
    store = await open();
    const setup = await tlsSetup(folder, store.directives, ['ann']);
    server = await startFtpd({ ...setup, files: { ...setup.files, 'homes/ann/big': content } });
  });
  afterEach(async () => {
    await server?.stop();
    await store?.stop();
    removeFolder(folder);
  });

  const logIn = async (version: ControlOptions['version'], sessionIn?: string): Promise<OpensslSession> => {
    files += 1;
    return await OpensslSession.logIn({
      port: server.port,
      user: 'ann',
      version,
      sessionOut: join(folder, `session-${files}.pem`),
      ...(sessionIn === undefined ? {} : { sessionIn }),
    });
  };
  const lastFile = (): string => join(folder, `session-${files}.pem`);

  /** Three transfers on one control connection, the first of them slow. */
  const transferring = async (version: string): Promise<string[]> => {
    const url = `ftp://127.0.0.1:${server.port}/big`;
    const names = [1, 2, 3].map((index) => join(folder, `got-${index}`));
    const slow = ['--limit-rate', '4M', url, '-o', names[0]!, '--next'];
    const common = ['-sS', '-k', '--ssl-reqd', '--tlsv1.2', '--tls-max', version, '-u', `ann:${PASSWORD}`];
    const rest = [...common, url, '-o', names[1]!, url, '-o', names[2]!];
    const { code, output } = await runProgram('curl', [...common, ...slow, ...rest], {
      deadlineMs: 60_000,
    });
    expect({ code, output }).toEqual({ code: 0, output: '' });
    return names;
  };

  const troubles: Readonly<Record<(typeof troubleNames)[number], () => Promise<unknown>>> = {
    'is flushed': () => store.flush(),
    'falls silent': () => store.pause(),
    dies: () => store.stop(),
  };

  it.each(trouble === undefined ? [] : [trouble])(
    'goes on with its transfers when the store %s in the middle, and takes new clients',
    async (name) => {
      for (const [version, flag] of versions) {
        const session = await logIn(flag);
        const transfers = transferring(version);
        await until(
          () => {
            try {
              return readFileSync(join(folder, 'got-1')).length > 0;
            } catch {
              return false;
            }
          },
          30_000,
          'the first bytes',
        );
        await troubles[name]();
        for (const file of await transfers) expect(readFileSync(file).equals(content)).toBe(true);
        expect((await session.list()).isReused).toBe(true);
        await session.quit();
        const next = await logIn(flag);
        expect((await next.list()).isReused).toBe(true);
        await next.quit();
        if (name === 'falls silent') store.resume();
        if (name === 'dies') break;
        for (const index of [1, 2, 3]) removeFolder(join(folder, `got-${index}`));
      }
    },
  );

  it.each(trouble === undefined ? ['something else'] : [])(
    'makes a full handshake where somebody has put %s',
    async () => {
      const first = await logIn('-tls1_2');
      const id = first.sessionId;
      await first.quit();
      const cache = store.open();
      const key = Buffer.from(store.keyOf!(id));
      const record = Buffer.from((await cache.get(key))!);
      await cache.set(
        key,
        Buffer.from(record.toString('latin1').replace('"data":"MH', '"data":"MX'), 'latin1'),
      );
      const file = lastFile();
      const second = await logIn('-tls1_2', file);
      // This node knows it still: what is in the store now is nothing to it.
      expect(second.isReused).toBe(true);
      await second.quit();
      const other = await startFtpd(await tlsSetup(folder, store.directives, ['ann']));
      const atOther = await OpensslSession.logIn({
        port: other.port,
        user: 'ann',
        version: '-tls1_2',
        sessionIn: file,
        sessionOut: join(folder, 'at-other.pem'),
      });
      expect(atOther.isReused).toBe(false);
      expect((await atOther.list()).isReused).toBe(true);
      await atOther.quit();
      await cache.close();
      await other.stop();
    },
  );
});

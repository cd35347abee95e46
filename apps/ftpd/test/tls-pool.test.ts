import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '@ftpd/test-services';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { atEnd } from './at-end.ts';
import { describeBeside } from './beside.ts';
import { OpensslSession, type ControlOptions } from './tls-pool/openssl-session.ts';
import { startTlsPool, tlsStores, type TlsPool, type TlsStore } from './tls-pool/pool.ts';

describeBeside(tlsStores)('a pool of ProFTPD and two of ours over %s', { timeout: 60_000 }, ([, open]) => {
  let folder: string;
  let store: TlsStore;
  let pool: TlsPool;
  let files = 0;

  beforeAll(async () => {
    folder = temporaryFolder('tls-pool-');
    store = await open();
    pool = await startTlsPool(folder, store.directives, ['ann']);
  });
  afterAll(async () => {
    await pool?.stop();
    await store?.stop();
    removeFolder(folder);
  });

  const logIn = async (
    node: Exclude<keyof TlsPool, 'stop'>,
    version: ControlOptions['version'],
    sessionIn?: string,
  ): Promise<{ session: OpensslSession; file: string }> => {
    files += 1;
    const file = join(folder, `session-${files}.pem`);
    const session = await OpensslSession.logIn({
      port: pool[node].port,
      user: 'ann',
      version,
      sessionOut: file,
      ...(sessionIn === undefined ? {} : { sessionIn }),
    });
    atEnd(() => session.kill());
    return { session, file };
  };

  it.each([
    ['proftpd', 'ours', '-tls1_2'],
    ['ours', 'proftpd', '-tls1_2'],
    ['ours', 'other', '-tls1_2'],
    ['ours', 'other', '-tls1_3'],
  ] as const)('resumes a session of %s on %s, data connections included (%s)', async (from, to, version) => {
    const first = await logIn(from, version);
    expect(first.session.isReused).toBe(false);
    expect((await first.session.list()).isReused).toBe(true);
    await first.session.quit();
    const second = await logIn(to, version, first.file);
    expect(second.session.isReused).toBe(true);
    for (let count = 0; count < 3; count++) expect((await second.session.list()).isReused).toBe(true);
    await second.session.quit();
  });
});

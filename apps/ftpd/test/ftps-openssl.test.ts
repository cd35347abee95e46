import { randomBytes } from 'node:crypto';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  makeTlsIdentity,
  removeFolder,
  startFtpd,
  temporaryFolder,
  until,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OpensslSession, type ControlOptions } from './tls-pool/openssl-session.ts';

const oneSecond = 'TLSSessionCache internal: 1\n';
const configuration = (file: string, more: string): string => `${BASE_CONFIGURATION}TLSEngine on
TLSRequired on
TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/${file}
${more}`;

let folder: string;
let server: TestServer;
let files = 0;
const sessions: OpensslSession[] = [];

beforeAll(async () => {
  folder = temporaryFolder('ftps-openssl-');
  const pems = await Promise.all(
    ['first', 'second'].map(async (name) => {
      const { cert, key } = await makeTlsIdentity({ name, kind: 'ec' });
      return [`${name}.pem`, { content: `${cert}${key}`, mode: 0o600 }] as const;
    }),
  );
  server = await startFtpd({
    config: configuration('first.pem', oneSecond),
    users: [{ name: 'u1' }],
    files: Object.fromEntries(pems),
  });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  removeFolder(folder);
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.kill();
});

const newFile = (): string => {
  files += 1;
  return join(folder, `session-${files}.pem`);
};

async function logIn(options: Pick<ControlOptions, 'version' | 'sessionIn'>): Promise<{
  readonly session: OpensslSession;
  readonly file: string;
}> {
  const file = newFile();
  const session = await OpensslSession.logIn({ port: server.port, user: 'u1', sessionOut: file, ...options });
  sessions.push(session);
  return { session, file };
}

describe('openssl s_client over -starttls ftp', { timeout: 60_000 }, () => {
  it.each(['-tls1_2', '-tls1_3'] as const)(
    'lists, uploads, downloads and lists, twice over, with the session of the one connection for the next (%s)',
    async (version) => {
      const { session } = await logIn({ version });
      await session.ask('TYPE I', 200);
      for (let round = 0; round < 2; round++) {
        expect((await session.list()).isReused).toBe(true);
        for (const [name, content] of [
          ['some', randomBytes(300_000)],
          ['empty', Buffer.alloc(0)],
        ] as const) {
          await session.transfer(`STOR ${name}`, content);
          expect((await session.transfer(`RETR ${name}`)).equals(content)).toBe(true);
        }
        expect((await session.list()).text).toMatch(/300000 .* some\r?\n/);
      }
      await session.quit();
    },
  );

  it.each(['-tls1_2', '-tls1_3'] as const)(
    'goes on with the ticket or session that it got first, when nobody else could begin with it (%s)',
    async (version) => {
      const { session, file } = await logIn({ version });
      const kept = newFile();
      copyFileSync(file, kept);
      const isResumed = async (): Promise<boolean> => {
        const again = await logIn({ version, sessionIn: kept });
        again.session.kill();
        return again.session.isReused;
      };
      expect((await session.list()).isReused).toBe(true);
      await until(async () => !(await isResumed()), 20_000, 'the end of the session for others');
      for (let count = 0; count < 2; count++) expect((await session.list()).isReused).toBe(true);
    },
  );

  it.each(['-tls1_2', '-tls1_3'] as const)(
    'goes on after SIGHUP with another certificate and other ticket keys (%s)',
    async (version) => {
      const name = version === '-tls1_2' ? 'second.pem' : 'first.pem';
      const { session } = await logIn({ version });
      expect((await session.list()).isReused).toBe(true);
      const ages = version === '-tls1_2' ? 60 : 61;
      const text = configuration(name, `TLSSessionTicketKeys age ${ages} count 2\n`);
      writeFileSync(join(server.folder, 'server.conf'), text);
      const before = inForce();
      process.kill(server.process.pid, 'SIGHUP');
      await until(() => inForce() > before, 20_000, 'the reload');
      for (let count = 0; count < 2; count++) expect((await session.list()).isReused).toBe(true);
      await session.quit();
      expect((await (await logIn({ version })).session.list()).isReused).toBe(true);
    },
  );
});

/** How often a configuration came into force. */
function inForce(): number {
  return server.process.output().split('the new configuration is in force').length;
}

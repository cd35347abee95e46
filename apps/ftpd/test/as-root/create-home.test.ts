import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cryptPassword } from '@ftpd/posix';
import {
  ControlClient,
  PASSWORD,
  servingIdentity,
  startFtpd,
  startProftpd,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationOfHosts } from '../dialogues/base.ts';
import { looksBelow } from './owned-tree.ts';
import { play } from './play.ts';

/** Only root makes homes for others. */
const { isRoot } = servingIdentity();

const skeleton = '%{env:FTPD_TEST_FOLDER}/skeleton';

interface Host {
  readonly directives: readonly string[];
  /** Mode of the folder below which homes are made. Default: 0755, root's. */
  readonly mode?: number;
}

/** A host of its own for each way to make homes. */
const hosts: Readonly<Record<string, Host>> = {
  'CreateHome on': { directives: ['CreateHome on'] },
  'CreateHome off': { directives: ['CreateHome off'] },
  'Umask 066': { directives: ['CreateHome on 755 dirmode 755', 'Umask 066'] },
  'Umask 000': { directives: ['CreateHome on 777 dirmode 777', 'Umask 000'] },
  'Umask 027 002': { directives: [`CreateHome on 2775 skel ${skeleton} dirmode 2775`, 'Umask 027 002'] },
  'a skeleton': { directives: [`CreateHome on skel ${skeleton}`] },
  'owners named': { directives: ['CreateHome on 750 dirmode 755 uid 47999 gid 47998 homegid 47997'] },
  'owners named, with a skeleton': {
    directives: [`CreateHome on 750 skel ${skeleton} dirmode 755 uid 47999 gid 47998 homegid 47997`],
  },
  'the user’s all the way': { directives: ['CreateHome on 700 dirmode 750 uid ~ gid ~'] },
  'NoRootPrivs where all may write': {
    directives: [`CreateHome on 700 skel ${skeleton} dirmode 755 uid ~ gid ~ NoRootPrivs`],
    mode: 0o777,
  },
  'NoRootPrivs where only root may write': {
    directives: ['CreateHome on 700 dirmode 755 uid ~ gid ~ NoRootPrivs'],
  },
};
const hostNames = Object.keys(hosts);

const users = [
  { name: 'ann', uid: 47_501, gid: 47_601, home: 'ann' },
  { name: 'bob', uid: 47_502, gid: 47_602, home: 'deep/er/bob' },
  { name: 'there', uid: 47_503, gid: 47_603, home: 'there' },
] as const;

/** Accounts whose homes nobody has made, but one. */
function makeAccounts(folder: string): void {
  const hash = cryptPassword(Buffer.from(PASSWORD), '$6$rounds=1000$saltsalt') ?? '';
  const lines: string[] = [];
  for (const [at, host] of hostNames.entries()) {
    const top = join(folder, `homes${at}`);
    mkdirSync(join(top, 'there'), { recursive: true });
    for (const { name, uid, gid, home } of users)
      lines.push([`${name}${at}`, hash, uid, gid, '', join(top, home), '/bin/sh'].join(':'));
    chownSync(join(top, 'there'), 47_503, 47_603);
    chmodSync(join(top, 'there'), 0o705);
    chmodSync(top, hosts[host]?.mode ?? 0o755);
  }
  writeFileSync(join(folder, 'accounts'), `${lines.join('\n')}\n`);
}

async function logInAndWrite(port: number, user: string): Promise<readonly string[]> {
  const client = await ControlClient.connect({ port, deadlineMs: 30_000 });
  try {
    await client.expect(220);
    await client.ask(`USER ${user}`, 331);
    const login = await client.ask(`PASS ${PASSWORD}`).catch((error: unknown) => (error as Error).message);
    if (typeof login === 'string') return [login];
    if (login.code !== 230) return [login.text];
    return [(await client.ask('PWD')).text, ...(await play(client, ['STOR file', 'MKD folder']))];
  } finally {
    client.destroy();
  }
}

describe.runIf(isRoot)('homes that are made at login', () => {
  let servers: readonly TestServer[] = [];

  beforeAll(async () => {
    const setup = {
      config: configurationOfHosts(
        Object.values(hosts).map(({ directives }) => [
          'AuthUserFile %{env:FTPD_TEST_FOLDER}/accounts',
          ...directives,
        ]),
      ),
      portCount: hostNames.length,
      files: {
        accounts: { mode: 0o600 },
        'skeleton/profile': { content: 'words', mode: 0o640 },
        'skeleton/setuid': { content: 'words', mode: 0o6755 },
        'skeleton/link': { link: 'profile' },
        'skeleton/folder/': { mode: 0o2775 },
        'skeleton/folder/closed': { content: 'words', mode: 0o600 },
        'skeleton/': { mode: 0o755 },
      },
    };
    servers = await Promise.all([startFtpd(setup, { asRoot: true }), startProftpd(setup)]);
    for (const { folder } of servers) makeAccounts(folder);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(servers.map(async (server) => server.stop()));
  });

  it.concurrent.each(hostNames)(
    'are as with proftpd: %s',
    async (host) => {
      const at = hostNames.indexOf(host);
      const [ours, theirs] = await Promise.all(
        servers.map(async ({ ports, folder }) => {
          const told: string[] = [];
          for (const { name } of users) {
            told.push(...(await logInAndWrite(ports[at] ?? 0, `${name}${at}`)));
          }
          return { told, left: looksBelow(join(folder, `homes${at}`)) };
        }),
      );
      expect(ours).toEqual(theirs);
    },
    60_000,
  );
});

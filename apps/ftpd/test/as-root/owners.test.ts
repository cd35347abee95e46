import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cryptPassword } from '@ftpd/posix';
import {
  ControlClient,
  PASSWORD,
  runProgram,
  servingIdentity,
  startFtpd,
  startProftpd,
  systemUsers,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationOfHosts } from '../dialogues/base.ts';
import { looksBelow, makeOwnedTree } from './owned-tree.ts';
import { asOurs } from './owners-differences.ts';
import { play } from './play.ts';
import { filesFor, linesFor, type Ids } from './writes.ts';

/** Only root has users to act as. */
const { isRoot } = servingIdentity();

/** A host of its own for each set of directives. */
const hosts = {
  'Umask 022': ['Umask 022'],
  'Umask 000': ['Umask 000'],
  'Umask 002 002': ['Umask 002 002'],
  'Umask 077': ['Umask 077'],
  'Umask 027 022': ['Umask 027 022'],
  HiddenStores: ['Umask 022', 'HiddenStores on'],
} as const;
const hostNames = Object.keys(hosts) as readonly (keyof typeof hosts)[];

const nothing = { told: [], left: {} };
const virtual = { name: 'virtual', uid: 47_303, gid: 47_403 };
const identities = ['with a group', 'with further groups', 'of AuthUserFile'] as const;
type IdentityName = (typeof identities)[number];

const cases = identities.flatMap((identity) => hostNames.map((host) => ({ identity, host })));

async function numberOf(database: 'passwd' | 'group', name: string): Promise<number> {
  return Number((await runProgram('getent', [database, name])).output.split(':')[2]);
}

describe.runIf(isRoot)('owners, modes and dates after each write', () => {
  const users = systemUsers();
  const accounts = new Map<IdentityName, Ids & { readonly name: string }>();
  let servers: readonly TestServer[] = [];

  beforeAll(async () => {
    const hash = cryptPassword(Buffer.from(PASSWORD), '$6$rounds=1000$saltsalt') ?? '';
    const crew = await users.addGroup();
    const crewGid = await numberOf('group', crew);
    accounts.set('of AuthUserFile', { ...virtual, crewGid });
    for (const [identity, groups] of [
      ['with a group', []],
      ['with further groups', [crew]],
    ] as const) {
      const primaryGroup = await users.addGroup();
      const name = await users.add({ hash, primaryGroup, groups, home: '/' });
      const [uid, gid] = [await numberOf('passwd', name), await numberOf('group', primaryGroup)];
      accounts.set(identity, { name, uid, gid, crewGid });
    }
    const shared = [
      'AuthOrder mod_auth_file.c mod_auth_unix.c',
      'DefaultRoot %{env:FTPD_TEST_FOLDER}/roots/%u',
      'AllowStoreRestart on',
    ];
    const setup = {
      config: configurationOfHosts(hostNames.map((name) => [...shared, ...hosts[name]])),
      portCount: hostNames.length,
      users: [{ ...virtual, home: 'roots/virtual' }],
    };
    servers = await Promise.all([startFtpd(setup, { asRoot: true }), startProftpd(setup)]);
    for (const { folder } of servers) {
      for (const account of accounts.values()) {
        for (const [at] of hostNames.entries()) {
          const place = join(folder, 'roots', account.name, `host${at}`);
          mkdirSync(place, { recursive: true });
          makeOwnedTree(place, filesFor(account));
        }
      }
    }
  }, 120_000);
  afterAll(async () => {
    await Promise.all(servers.map(async (server) => server.stop()));
    await users.remove();
  }, 60_000);

  it.concurrent.each(cases)(
    'are as with proftpd: a user $identity, $host',
    async ({ identity, host }) => {
      const account = accounts.get(identity);
      if (account === undefined) throw new Error(`no account ${identity}`);
      const at = hostNames.indexOf(host);
      const [ours, theirs = nothing] = await Promise.all(
        servers.map(async ({ folder, ports }) => {
          const user = { user: account.name, password: PASSWORD };
          const client = await ControlClient.login({ port: ports[at] ?? 0, ...user, deadlineMs: 30_000 });
          await client.ask(`CWD /host${at}`, 250);
          const told = await play(client, linesFor(account));
          await client.quit();
          return { told, left: looksBelow(join(folder, 'roots', account.name, `host${at}`)) };
        }),
      );
      expect(ours).toEqual(asOurs(theirs));
    },
    60_000,
  );
});

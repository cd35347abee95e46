import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
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

/** Only root gives files away. */
const { isRoot } = servingIdentity();

const ann = { name: 'ann', uid: 47_801, gid: 47_811, home: 'home' };
const ben = { name: 'ben', uid: 47_802, gid: 47_812 };

const section = (folder: string, lines: readonly string[]): string =>
  [`<Directory %{env:FTPD_TEST_FOLDER}/home/${folder}>`, ...lines, '</Directory>'].join('\n');

/**
 * What a folder's section says, with a host of its own for each: a UserOwner anywhere lifts ProFTPD's restriction of
 * GroupOwner everywhere in its server, and ours, as documented, where it stands.
 */
const folders: Readonly<Record<string, readonly string[]>> = {
  plain: [],
  'a-user': ['UserOwner ben'],
  'user-and-group': ['UserOwner ben', 'GroupOwner strangers'],
  'nobody-known': ['UserOwner nosuch'],
  'own-group': ['GroupOwner friends'],
  'foreign-group': ['GroupOwner strangers'],
  'unknown-group': ['GroupOwner nosuch'],
  'primary-group': ['GroupOwner ~'],
};
const names = Object.keys(folders);
const lines = ['STOR file', 'APPE appended', 'MKD folder', 'STOR folder/inside', 'STOU', 'APPE file'];

/** What STOU made and was given away has no other mode with ProFTPD than it was made with, which is no promise of anybody. */
function asOurs(left: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const made = left['made-by-stou'] ?? '';
  return { ...left, 'made-by-stou': made.replace(' 600 ', ' 644 ') };
}

describe.runIf(isRoot)('new files are given to UserOwner and GroupOwner', () => {
  let servers: readonly TestServer[] = [];

  beforeAll(async () => {
    const setup = {
      config: configurationOfHosts(
        names.map((name) => [
          'AuthGroupFile %{env:FTPD_TEST_FOLDER}/groups',
          'AllowStoreRestart on',
          section(name, folders[name] ?? []),
        ]),
      ),
      portCount: names.length,
      users: [ann, ben],
      files: {
        groups: { content: 'friends:x:47821:ann\nstrangers:x:47822:\n', mode: 0o600 },
      },
    };
    servers = await Promise.all([startFtpd(setup, { asRoot: true }), startProftpd(setup)]);
    for (const { folder } of servers) {
      for (const name of names) {
        mkdirSync(join(folder, 'home', name));
        chownSync(join(folder, 'home', name), ann.uid, ann.gid);
      }
    }
  }, 60_000);
  afterAll(async () => {
    await Promise.all(servers.map(async (server) => server.stop()));
  });

  it.concurrent.each(names)(
    'as with proftpd: %s',
    async (name) => {
      const at = names.indexOf(name);
      const [ours, theirs] = await Promise.all(
        servers.map(async ({ ports, folder }) => {
          const user = { user: ann.name, password: PASSWORD };
          const client = await ControlClient.login({ port: ports[at] ?? 0, ...user, deadlineMs: 30_000 });
          await client.ask(`CWD /${name}`, 250);
          const told = await play(client, lines);
          await client.quit();
          return { told, left: looksBelow(join(folder, 'home', name)) };
        }),
      );
      expect(ours?.told).toEqual(theirs?.told);
      expect(ours?.left).toEqual(asOurs(theirs?.left ?? {}));
    },
    60_000,
  );
});

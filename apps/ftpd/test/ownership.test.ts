import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  ControlClient,
  openData,
  PASSWORD,
  servingIdentity,
  startFtpd,
  startProftpd,
  type ServerSetup,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Umask of files and of folders. */
const umasks = ['022', '077', '002 027', '000', '0137 0022'];

const shared = 47_300;
const members = [
  { name: 'ann', uid: 47_301, gid: 47_401 },
  { name: 'bob', uid: 47_302, gid: 47_401 },
  { name: 'cid', uid: 47_303, gid: 47_403 },
];
/** Every user under every umask has a home of his own. */
const users = umasks.flatMap((_umask, index) =>
  members.map((member) => ({
    ...member,
    name: `${member.name}${index}`,
    home: `homes/${member.name}${index}`,
  })),
);

/** Their homes, and the folders above, are missing. */
const newcomers = umasks.map((_umask, index) => ({
  name: `new${index}`,
  uid: 47_304,
  gid: 47_403,
  home: `missing${index}/folder/new${index}`,
}));

const groups = [
  `first:x:47401:`,
  `third:x:47403:`,
  // Not of cid.
  `shared:x:${shared}:${users
    .filter(({ name }) => !name.startsWith('cid'))
    .map(({ name }) => name)
    .join(',')}`,
  'others:x:47999:',
].join('\n');

function hostOf(umask: string, index: number): string {
  return `<VirtualHost 127.0.0.1>
Port %{env:FTPD_TEST_PORT${index + 2}}
Umask ${umask}
AuthOrder mod_auth_file.c
AuthUserFile %{env:FTPD_TEST_FOLDER}/passwd
AuthGroupFile %{env:FTPD_TEST_FOLDER}/accounts/group
RequireValidShell off
UseFtpUsers off
DefaultRoot ~
AllowOverwrite on
AllowStoreRestart on
CreateHome on 751 skel %{env:FTPD_TEST_FOLDER}/skel dirmode 775 uid ~ homegid ${shared}
</VirtualHost>
`;
}

const setup: ServerSetup = {
  config: BASE_CONFIGURATION + umasks.map(hostOf).join(''),
  users: [...users, ...newcomers],
  portCount: umasks.length + 1,
  files: {
    'accounts/group': { content: `${groups}\n`, mode: 0o600 },
    'accounts/': { mode: 0o700 },
    'skel/file': { mode: 0o640 },
    'skel/program': { mode: 0o4755 },
    'skel/folder/': { mode: 0o2775 },
  },
};

function inventoryLine(path: string): string {
  const { mode, uid, gid } = lstatSync(path);
  return `${mode.toString(8)} ${uid}:${gid}`;
}

/** What stands in a folder, one line each: mode, owner and group of everything. */
function inventory(folder: string, prefix = ''): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const line = `${prefix}${name.replace(/^ftp\S{6}$/, 'unique')} ${inventoryLine(path)}`;
      return lstatSync(path).isDirectory() ? [line, ...inventory(path, `${prefix}${name}/`)] : [line];
    });
}

async function store(client: ControlClient, command: string): Promise<void> {
  const data = await openData(client);
  client.send(command);
  const { code } = await client.reply();
  if (code !== 150) {
    data.destroy();
    return;
  }
  await data.upload('text');
  await client.reply();
}

/** What the client does; each is answered as the server sees fit, and its effect is looked at. */
async function write(client: ControlClient): Promise<void> {
  for (const command of ['STOR new', 'STOR theirs', 'STOR mine', 'APPE appended', 'APPE mine', 'STOU'])
    await store(client, command);
  for (const line of [
    'MKD folder',
    'MKD setgid/folder',
    'RNFR suid',
    'RNTO renamed',
    'SITE CHMOD 640 mode',
    'SITE CHMOD 6755 special',
    'SITE CHMOD 2770 setgid',
    'SITE CHGRP shared group',
    'SITE CHGRP others foreign',
    'SITE CHGRP 47403 number',
    'SITE CHMOD 600 theirs',
    'MFF UNIX.mode=0604; facts',
    'MFF UNIX.group=shared; facts',
    'SITE MKDIR made',
    'DELE theirs2',
  ]) {
    client.send(line);
    await client.reply();
  }
  await store(client, 'STOR setgid/new');
  await store(client, 'STOR suid2');
}

/** Files of the user, and some of root's. */
function prepare(server: TestServer): void {
  for (const { name, uid, gid } of users) {
    const home = server.home(name);
    for (const file of ['mine', 'suid', 'suid2', 'mode', 'special', 'group', 'foreign', 'number', 'facts']) {
      writeFileSync(join(home, file), 'mine');
      chmodSync(join(home, file), 0o664);
      chownSync(join(home, file), uid, gid);
    }
    for (const file of ['suid', 'suid2']) chmodSync(join(home, file), 0o6777);
    for (const file of ['theirs', 'theirs2']) writeFileSync(join(home, file), 'theirs', { mode: 0o644 });
    mkdirSync(join(home, 'setgid'));
    chownSync(join(home, 'setgid'), uid, shared);
    chmodSync(join(home, 'setgid'), 0o2775);
  }
}

/** Logs in, and looks at what is in the server's folder at `name` then. */
async function homeMadeFor(server: TestServer, index: number): Promise<string[]> {
  const folder = join(server.folder, `missing${index}`);
  rmSync(folder, { recursive: true });
  const port = server.ports[index + 1] ?? 0;
  const client = await ControlClient.connect({ port, host: '127.0.0.1' });
  await client.expect(220);
  await client.ask(`USER new${index}`, 331);
  client.send(`PASS ${PASSWORD}`);
  // Under a umask that closes the folders above to the user there is a home, and no login.
  const { code } = await client.reply();
  client.destroy();
  return [String(code), inventoryLine(folder), ...inventory(folder)];
}

/** Only root serves several users. */
describe.runIf(servingIdentity().isRoot)('what users write, under several umasks', () => {
  let servers: readonly [proftpd: TestServer, ftpd: TestServer];

  beforeAll(async () => {
    servers = await Promise.all([startProftpd(setup), startFtpd(setup, { asRoot: true })]);
    servers.forEach(prepare);
  });

  afterAll(async () => {
    await Promise.all((servers ?? []).map((server) => server.stop()));
  });

  it.each(umasks.flatMap((umask, index) => members.map(({ name }) => [umask, name, index] as const)))(
    'Umask %s: has the owners and modes that ProFTPD gives what %s writes',
    async (_umask, name, index) => {
      const [theirs, ours] = await Promise.all(
        servers.map(async (server) => {
          const user = `${name}${index}`;
          const port = server.ports[index + 1] ?? 0;
          const client = await ControlClient.login({ port, host: '127.0.0.1', user, password: PASSWORD });
          await write(client);
          client.destroy();
          return inventory(server.home(user));
        }),
      );
      expect(ours).toEqual(theirs);
      expect(ours?.length).toBeGreaterThan(15);
    },
  );

  it.each(umasks.map((umask, index) => [umask, index] as const))(
    'Umask %s: has the owners and modes that ProFTPD gives a home that it makes',
    async (_umask, index) => {
      const [theirs, ours] = await Promise.all(servers.map((server) => homeMadeFor(server, index)));
      expect(ours).toEqual(theirs);
      expect(ours?.length).toBeGreaterThan(6);
    },
  );
});

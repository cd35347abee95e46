import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControlClient,
  openData,
  PASSWORD,
  processStatus,
  runProgram,
  servingIdentity,
  startFtpd,
  startProftpd,
  systemUsers,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configuration } from '../dialogues/base.ts';
import { looksBelow, makeOwnedTree } from './owned-tree.ts';
import { play } from './play.ts';

/** Only root may become others. */
const { isRoot } = servingIdentity();

const ann = { name: 'ann', uid: 47_901, gid: 47_911 };
const other = { name: 'other', uid: 47_903, gid: 47_913 };
const anon = { name: 'anon', uid: 47_902, gid: 47_912 };

describe.runIf(isRoot)('a server as an account of the system with further groups', () => {
  const users = systemUsers();
  let servers: readonly TestServer[] = [];
  let account = '';
  let group = '';
  let further = '';

  beforeAll(async () => {
    [group, further] = [await users.addGroup(), await users.addGroup()];
    account = await users.add({ primaryGroup: group, groups: [further] });
  }, 60_000);
  afterEach(async () => {
    await Promise.all(servers.map(async (server) => server.stop()));
    servers = [];
  });
  afterAll(async () => users.remove(), 60_000);

  async function gidOf(name: string): Promise<number> {
    return Number((await runProgram('getent', ['group', name])).output.split(':')[2]);
  }

  it('has them, and its sessions have them not', async () => {
    const config = configuration([`User ${account}`, `Group ${group}`, 'DefaultRoot /']);
    const server = await startFtpd({ config, users: [ann] }, { asRoot: true });
    servers = [server];
    const gids = [await gidOf(group), await gidOf(further)];
    const pid = server.servingPid();
    expect(processStatus(pid, 'Gid')).toBe(Array.from({ length: 4 }, () => gids[0]).join('\t'));
    expect(processStatus(pid, 'Groups')?.trim().split(' ').map(Number)).toEqual(expect.arrayContaining(gids));
    const client = await ControlClient.login({ port: server.port, user: 'ann', password: PASSWORD });
    for (const gid of [0, 65_534, ...gids]) {
      const path = join(server.folder, `of-${gid}`);
      mkdirSync(path);
      writeFileSync(join(path, 'file'), 'secret');
      for (const name of [join(path, 'file'), path]) {
        chownSync(name, 0, gid);
        chmodSync(name, 0o770);
      }
      const data = await openData(client);
      await client.ask(`RETR ${path}/file`, 550);
      data.destroy();
      await client.ask(`CWD ${path}`, 550);
      await client.ask(`MKD ${path}/made`, 550);
    }
    client.destroy();
  });

  it('has anonymous sessions as the User and Group of <Anonymous>, as proftpd', async () => {
    const config = `${configuration(['AuthOrder mod_auth_file.c mod_auth_unix.c'])}
      <Anonymous %{env:FTPD_TEST_FOLDER}/pub>
        User anon
        Group ${further}
        UserAlias anonymous anon
        Umask 026 022
        AnonRequirePassword off
        AllowOverwrite on
      </Anonymous>
      <Anonymous %{env:FTPD_TEST_FOLDER}/own-group>
        User other
        AnonRequirePassword off
      </Anonymous>
    `;
    const setup = { config, users: [ann, anon, other] };
    servers = await Promise.all([startFtpd(setup, { asRoot: true }), startProftpd(setup)]);
    const gid = await gidOf(further);
    const [ours, theirs] = await Promise.all(
      servers.map(async ({ folder, port, home }) => {
        const pub = join(folder, 'pub');
        mkdirSync(pub);
        makeOwnedTree(pub, {
          'incoming/': { uid: 0, gid, mode: 0o770 },
          'incoming/file': { uid: 0, gid, mode: 0o660 },
          'of-the-account/': { uid: 0, gid: anon.gid, mode: 0o770 },
          'own/': { uid: anon.uid, gid: anon.gid, mode: 0o700 },
          'closed/': { uid: 0, gid: 0, mode: 0o700 },
        });
        const guest = await ControlClient.login({ port, user: 'anonymous', password: 'a@b.example' });
        const folders = ['incoming', 'of-the-account', 'own', 'closed', '.'];
        const told = [
          ...(await play(guest, [
            ...folders.flatMap((name) => [`STOR ${name}/new`, `MKD ${name}/made`, `CWD ${name}`, 'CWD /']),
            'STOR incoming/file',
            'SITE CHMOD 666 incoming/new',
            `SITE CHGRP ${anon.gid} own/new`,
            `SITE CHGRP ${gid} own/new`,
          ])),
        ];
        guest.destroy();
        const ownGroup = join(folder, 'own-group');
        mkdirSync(ownGroup);
        chmodSync(ownGroup, 0o777);
        const second = await ControlClient.login({ port, user: 'other', password: 'a@b.example' });
        told.push(...(await play(second, ['STOR file', 'MKD folder'])));
        second.destroy();
        // Whoever comes next on the same thread is somebody else again.
        const next = await ControlClient.login({ port, user: 'ann', password: PASSWORD });
        await play(next, ['STOR file']);
        next.destroy();
        const { uid, gid: nextGid } = statSync(join(home('ann'), 'file'));
        return { told, left: looksBelow(pub), ownGroup: looksBelow(ownGroup), next: [uid, nextGid] };
      }),
    );
    expect(ours).toEqual(theirs);
    expect(ours?.next).toEqual([ann.uid, ann.gid]);
  });
});

describe.runIf(isRoot)('the names of /proc', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startFtpd({ config: configuration(['DefaultRoot /']), users: [ann] }, { asRoot: true });
  }, 60_000);
  afterAll(async () => server.stop());

  /** What a session must not have: the processes of the daemon, and ways around its own rights through them. */
  function namesOf(pid: number | string): readonly string[] {
    return ['root', 'cwd', 'fd', 'map_files', 'task'].map((name) => `/proc/${pid}/${name}`);
  }

  it('lead to nothing of the server and the keeper', async () => {
    const client = await ControlClient.login({ port: server.port, user: 'ann', password: PASSWORD });
    const pids = ['self', 'thread-self', server.servingPid(), server.process.pid];
    for (const pid of pids) {
      const itsRoot = `/proc/${pid}/root`;
      for (const name of [...namesOf(pid).slice(0, 4), `${itsRoot}/etc`, `/proc/${pid}/cwd/..`])
        await client.ask(`CWD ${name}`, 550);
      for (const name of ['environ', 'maps', 'mem', 'exe', 'root/etc/passwd', 'fd/0', 'fd/3']) {
        const data = await openData(client);
        const { code } = await client.ask(`RETR /proc/${pid}/${name}`);
        expect(`${name}: ${code}`).toBe(`${name}: 550`);
        data.destroy();
      }
      for (const line of [
        `STOR /proc/${pid}/mem`,
        `STOR ${itsRoot}/tmp/made`,
        `APPE /proc/${pid}/oom_score_adj`,
        `MKD /proc/${pid}/cwd/made`,
        `SITE CHMOD 777 ${itsRoot}/tmp`,
        `MFMT 20010203040506 ${itsRoot}/tmp`,
        `DELE /proc/${pid}/fd/1`,
        `RNFR ${itsRoot}/etc/passwd`,
      ]) {
        const [told = ''] = await play(client, [line]);
        expect(told).toMatch(/: (?:550|501)$/);
      }
    }
    client.destroy();
  });

  it.each(['root', 'fd', 'cwd/'])('list nothing: /proc/self/%s', async (name) => {
    const client = await ControlClient.login({ port: server.port, user: 'ann', password: PASSWORD });
    for (const verb of ['LIST', 'NLST', 'MLSD']) {
      const data = await openData(client);
      const { code } = await client.ask(`${verb} /proc/self/${name}`);
      if (code === 150) {
        expect((await data.download()).toString()).not.toMatch(/etc|->|\d\r/);
        await client.reply();
      } else expect([450, 550]).toContain(code);
      data.destroy();
    }
    client.destroy();
  });

  it('show the processes themselves as the kernel does to everybody', async () => {
    const client = await ControlClient.login({ port: server.port, user: 'ann', password: PASSWORD });
    const data = await openData(client);
    await client.ask('RETR /proc/version', 150);
    expect((await data.download()).toString().trim()).toBe(readFileSync('/proc/version', 'utf8').trim());
    await client.expect(226);
    client.destroy();
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ControlClient,
  openData,
  PASSWORD,
  servingIdentity,
  until,
  type TestServer,
  type Tree,
} from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { servers } from './servers.ts';

const DEBIAN_CONFIGURATION = '/etc/proftpd/proftpd.conf';
const LOG_FOLDER: Tree = { 'log/': { mode: 0o775 } };

function own(name: string): string {
  return readFileSync(new URL(`configurations/${name}`, import.meta.url), 'utf8');
}

/** Debian's file as the package installs it, with another port and paths that this test may write to. */
function debian(): string {
  const moved = readFileSync(DEBIAN_CONFIGURATION, 'utf8')
    .replace(/^Port\s.*$/m, 'Port %{env:FTPD_TEST_PORT}')
    .replaceAll(/\/var\/log\/proftpd\//g, '%{env:FTPD_TEST_FOLDER}/log/')
    .replaceAll(/\/var\/run\/proftpd\//g, '%{env:FTPD_TEST_FOLDER}/log/');
  const paths =
    'PidFile %{env:FTPD_TEST_FOLDER}/log/pid\nScoreboardFile %{env:FTPD_TEST_FOLDER}/log/scoreboard\nDelayTable none\n';
  const account = servingIdentity().isRoot
    ? moved
    : moved
        .replace(/^User\s.*$/m, 'User %{env:FTPD_TEST_USER}')
        .replace(/^Group\s.*$/m, 'Group %{env:FTPD_TEST_GROUP}');
  return `${account}\n${paths}`;
}

async function store(client: ControlClient, name: string, content: string): Promise<number> {
  const data = await openData(client);
  try {
    client.send(`STOR ${name}`);
    const opening = await client.reply();
    if (opening.code !== 150) return opening.code;
    await data.upload(content);
    return (await client.reply()).code;
  } finally {
    data.destroy();
  }
}

async function fetch(client: ControlClient, name: string): Promise<string> {
  const data = await openData(client);
  await client.ask(`RETR ${name}`, 150);
  const content = await data.download();
  await client.expect(226);
  return content.toString();
}

describeBeside(servers)("Debian's configuration in $name", ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start({ config: debian(), files: LOG_FOLDER });
  });

  afterAll(async () => {
    await server?.stop();
  });

  test('passes -t', async () => {
    expect(await server.check()).toMatchObject({ code: 0 });
  });

  test('greets, answers and refuses strangers', async () => {
    const client = await ControlClient.connect({ port: server.port });
    expect((await client.expect(220)).text).toContain('Debian');
    await client.ask('SYST', 215);
    expect((await client.ask('FEAT', 211)).text).toMatch(/\n MLST modify/);
    await client.ask('PWD', 530);
    await client.ask('USER nosuchuser', 331);
    await client.ask('PASS nosuchpassword', 530);
    await client.quit();
  });

  test('says on standard error that it started, because -n keeps it in the foreground', async () => {
    const hasSaid = (): boolean => server.process.output().includes('standalone mode STARTUP');
    expect(await until(hasSaid, 5_000, 'the line')).toBe(true);
  });
});

describeBeside(servers)('virtual users in $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start({
      config: own('virtual-users.conf'),
      users: [{ name: 'alice' }, { name: 'bob' }],
      files: { ...LOG_FOLDER, 'homes/alice/hers': 'a', 'homes/bob/his': 'b' },
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  test('passes -t', async () => {
    expect(await server.check()).toMatchObject({ code: 0 });
  });

  test('each has a home of his own and cannot see the other', async () => {
    const alice = await ControlClient.login({ port: server.port, user: 'alice', password: PASSWORD });
    await alice.ask('TYPE I', 200);
    await alice.ask('SIZE hers', 213);
    await alice.ask('SIZE his', 550);
    await alice.ask('SIZE ../bob/his', 550);
    expect(await store(alice, 'new', 'content')).toBe(226);
    expect(await fetch(alice, 'new')).toBe('content');
    await alice.quit();
  });

  test('the transfer stands in the TransferLog', async () => {
    const bob = await ControlClient.login({ port: server.port, user: 'bob', password: PASSWORD });
    await bob.ask('TYPE I', 200);
    expect(await store(bob, 'logged', 'four')).toBe(226);
    await bob.quit();
    const log = join(server.folder, 'log', 'xferlog');
    const line = await until(
      () =>
        existsSync(log)
          ? readFileSync(log, 'utf8')
              .split('\n')
              .find((each) => each.includes('/logged '))
          : undefined,
      5_000,
      'the line of the upload',
    );
    expect(line).toMatch(
      /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} \d+ \S+ 4 \S*\/logged b _ i r bob ftp 0 \* c$/,
    );
  });

  test('the greeting of a user is the one of the file, and the second wrong password ends', async () => {
    const client = await ControlClient.connect({ port: server.port });
    await client.expect(220);
    await client.ask('USER alice', 331);
    await client.ask('PASS wrong', 530);
    await client.ask('USER alice', 331);
    expect((await client.ask(`PASS ${PASSWORD}`, 230)).text).toBe('Welcome, alice');
    await client.quit();
    const failing = await ControlClient.connect({ port: server.port });
    await failing.expect(220);
    for (const _ of [1, 2]) {
      await failing.ask('USER alice', 331);
      await failing.ask('PASS wrong', 530);
    }
    await failing.closed();
    failing.destroy();
  });
});

describeBeside(servers)('an anonymous server in $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    const files: Tree = {
      ...LOG_FOLDER,
      'pub/welcome.msg': 'Hello, reader\n',
      'pub/docs/.message': 'Old documents\n',
      'pub/docs/read.me': 'text',
    };
    server = await start({ config: own('anonymous.conf'), users: [{ name: 'alice' }], files });
  });

  afterAll(async () => {
    await server?.stop();
  });

  test('passes -t', async () => {
    expect(await server.check()).toMatchObject({ code: 0 });
  });

  async function reader(name: string): Promise<ControlClient> {
    const client = await ControlClient.connect({ port: server.port });
    await client.expect(220);
    expect((await client.ask(`USER ${name}`, 331)).text).toMatch(/^Anonymous login ok/);
    return client;
  }

  test.each(['anonymous', 'ftp'])('%s reads what is there', async (name) => {
    const client = await reader(name);
    expect((await client.ask('PASS me@example.org', 230)).lines[0]).toBe('Hello, reader');
    expect((await client.ask('CWD docs', 250)).lines[0]).toBe('Old documents');
    await client.ask('TYPE I', 200);
    expect(await fetch(client, 'read.me')).toBe('text');
    await client.quit();
  });

  test('nothing can be written', async () => {
    const client = await reader('anonymous');
    await client.ask('PASS me@example.org', 230);
    expect(await store(client, 'new', 'x')).toBe(550);
    await client.ask('MKD new', 550);
    await client.ask('DELE docs/read.me', 550);
    await client.ask('RMD docs', 550);
    await client.ask('RNFR docs', 550);
    await client.ask('SITE CHMOD 777 docs', 550);
    await client.quit();
    expect(readFileSync(join(server.folder, 'pub/docs/read.me'), 'utf8')).toBe('text');
  });

  test('a password that the file rejects is refused', async () => {
    const client = await reader('anonymous');
    await client.ask('PASS nobody@example.org', 530);
    client.destroy();
  });
});

describeBeside(servers)('two virtual hosts in $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start({
      config: own('two-hosts.conf'),
      portCount: 2,
      users: [{ name: 'main' }, { name: 'second' }, { name: 'named' }],
      files: { 'homes/main/old': '1', 'homes/second/old': '1', 'homes/named/old': '1' },
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  test('passes -t', async () => {
    expect(await server.check()).toMatchObject({ code: 0 });
  });

  test('the main server has its own name and what is global', async () => {
    const client = await ControlClient.connect({ port: server.port });
    expect((await client.expect(220)).text).toContain('Main host');
    await client.ask('USER main', 331);
    await client.ask(`PASS ${PASSWORD}`, 230);
    expect(await store(client, 'old', '2')).toBe(226);
    await client.quit();
  });

  test('the host of the second port has its own settings over what is global', async () => {
    const client = await ControlClient.connect({ port: server.ports[1] as number });
    expect((await client.expect(220)).text).toContain('Second host');
    await client.ask('USER second', 331);
    await client.ask(`PASS ${PASSWORD}`, 230);
    expect(await store(client, 'old', '2')).toBe(550);
    expect(await store(client, 'new', '2')).toBe(226);
    expect(readFileSync(join(server.home('second'), 'old'), 'utf8')).toBe('1');
    await client.quit();
  });

  test.each(['named.example', 'ftp.named.example', 'NAMED.EXAMPLE'])(
    'HOST %s chooses the host of that name',
    async (name) => {
      const client = await ControlClient.connect({ port: server.ports[1] as number });
      await client.expect(220);
      await client.ask(`HOST ${name}`, 220);
      await client.ask('USER named', 331);
      expect((await client.ask(`PASS ${PASSWORD}`, 230)).text).toBe('Logged in by name');
      expect(await store(client, 'old', '2')).toBe(226);
      await client.quit();
    },
  );

  test('HOST of another name is refused and changes nothing', async () => {
    const client = await ControlClient.connect({ port: server.ports[1] as number });
    await client.expect(220);
    await client.ask('HOST other.example', 504);
    await client.ask('USER second', 331);
    await client.ask(`PASS ${PASSWORD}`, 230);
    await client.quit();
  });
});

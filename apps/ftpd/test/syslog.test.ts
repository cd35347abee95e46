import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  removeFolder,
  servingIdentity,
  startDatagramReceiver,
  temporaryFolder,
  until,
  type DatagramReceiver,
  type TestServer,
} from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { servers } from './servers.ts';

const { isRoot } = servingIdentity();
const configuration = BASE_CONFIGURATION.replace('SystemLog none\n', '');
const waitMs = 20_000;

let folder = '';
const receivers: DatagramReceiver[] = [];
let server: TestServer | undefined;

beforeEach(() => {
  folder = temporaryFolder('syslog-');
  mkdirSync(join(folder, 'dev'));
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  for (const receiver of receivers.splice(0)) await receiver.stop();
  removeFolder(folder);
});

const socketPath = (): string => join(folder, 'log');

async function receive(): Promise<DatagramReceiver> {
  const receiver = await startDatagramReceiver(socketPath());
  receivers.push(receiver);
  return receiver;
}

async function start({ start: serve }: (typeof servers)[number], config = ''): Promise<TestServer> {
  server = await serve({
    config: `${configuration}${config}`,
    users: [{ name: 'ann' }],
    args: ['-q'],
    ownFiles: { folder: join(folder, 'dev'), devLog: socketPath() },
  });
  return server;
}

/** A login with a wrong password, one of nobody, and a right one. */
async function visit({ port }: TestServer): Promise<void> {
  const client = await ControlClient.connect({ port });
  await client.expect(220);
  for (const [user, password, code] of [
    ['ann', 'wrong', 530],
    ['nosuch', 'wrong', 530],
    ['ann', PASSWORD, 230],
  ] as const) {
    await client.ask(`USER ${user}`, 331);
    await client.ask(`PASS ${password}`, code);
  }
  await client.ask('QUIT', 221);
  client.destroy();
}

/** What does not differ between two runs. */
const normal = (message: string): string =>
  message
    .replace(/^(<\d+>)\w{3} [ \d]\d \d\d:\d\d:\d\d /, '$1TIME ')
    .replace(/^(<\d+>TIME proftpd)\[\d+\]/, '$1[PID]')
    // The name of the server: its address, or the name of this machine.
    .replace(/(?<=PID\]: )\S+ (?=- |\(127)/, 'SERVER ')
    .replace(/(to )(?:::ffff:)?(127\.0\.0\.1:)\d+/, '$1$2PORT')
    .replace(/(ProFTPD 1\.3\.8) .*standalone mode STARTUP/, '$1 standalone mode STARTUP');

async function heard(receiver: DatagramReceiver, last: string): Promise<readonly string[]> {
  await until(() => receiver.messages().some((message) => message.includes(last)), waitMs, last);
  return receiver.messages().map(normal);
}

/** As real proftpd 1.3.8 sends it; the greeting that the start waits for is a session, too. */
const who = 'SERVER (127.0.0.1[127.0.0.1])';
const expected = (common: number, logins: number): readonly string[] => [
  `<${common + 5}>TIME proftpd[PID]: SERVER - ProFTPD 1.3.8 standalone mode STARTUP\n`,
  `<${common + 6}>TIME proftpd[PID]: ${who} - FTP session opened.\n`,
  `<${logins + 5}>TIME proftpd[PID]: ${who} - USER ann (Login failed): Incorrect password\n`,
  `<${logins + 5}>TIME proftpd[PID]: ${who} - USER nosuch: no such user found from 127.0.0.1 [127.0.0.1] to 127.0.0.1:PORT\n`,
  `<${logins + 6}>TIME proftpd[PID]: ${who} - USER ann: Login successful.\n`,
  `<${common + 6}>TIME proftpd[PID]: ${who} - FTP session closed.\n`,
];
const daemon = 3 * 8;
const authpriv = 10 * 8;
const local3 = 19 * 8;

describe.runIf(isRoot).each(servers)('$name without SystemLog', (tested) => {
  it('tells syslog what it does, and authpriv about logins', async () => {
    const receiver = await receive();
    await visit(await start(tested, 'SyslogLevel info\n'));
    const messages = await heard(receiver, 'Login successful');
    expect(messages).toEqual(expect.arrayContaining(expected(daemon, authpriv).slice(0, -1)));
    await until(
      () => receiver.messages().filter((message) => message.includes('session closed')).length >= 2,
      waitMs,
      'the end of the session',
    );
    expect(receiver.messages().map(normal)).toContain(expected(daemon, authpriv).at(-1));
  });

  it('uses one facility for all with SyslogFacility, and leaves out what is below SyslogLevel', async () => {
    const receiver = await receive();
    await visit(await start(tested, 'SyslogFacility LOCAL3\n'));
    const messages = await heard(receiver, 'no such user');
    const wanted = expected(local3, local3).filter((message) => message.startsWith('<157>'));
    expect(messages.filter((message) => message.includes(' - '))).toEqual(wanted);
  });
});

const ours = servers.filter(({ kind }) => kind === 'ftpd');

describe.runIf(isRoot).each(ours)('$name and a syslog that comes and goes', (tested) => {
  it('serves without one, tells how many messages were lost, and finds the next one', async () => {
    const started = await start(tested);
    await visit(started);
    const first = await receive();
    await visit(started);
    const messages = await heard(first, 'no such user');
    expect(messages[0]).toMatch(/<28>TIME proftpd\[PID\]: SERVER - \d+ messages could not be given/);
    await first.stop();
    const next = await receive();
    await visit(started);
    expect(await heard(next, 'no such user')).not.toContainEqual(expect.stringContaining('could not be'));
  });
});

describe.runIf(isRoot).each(servers)('$name with SystemLog none', (tested) => {
  it('tells syslog nothing', async () => {
    const receiver = await receive();
    await visit(await start(tested, 'SystemLog none\nSyslogLevel debug\n'));
    expect(receiver.messages().filter((message) => message.includes(' - '))).toEqual([]);
  });
});

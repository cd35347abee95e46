import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  removeFolder,
  runProgram,
  servingIdentity,
  temporaryFolder,
  until,
  type TestServer,
} from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { servers } from './servers.ts';

const { isRoot } = servingIdentity();
const configuration = BASE_CONFIGURATION.replace('WtmpLog off\n', '');
const waitMs = 20_000;
const lastlogBytes = process.arch === 'arm64' ? 296 : 292;
const recordBytes = process.arch === 'arm64' ? 400 : 384;
const tested = servers.filter(({ name }) => name !== 'ftpd');

let folder = '';
let server: TestServer | undefined;

beforeEach(() => {
  folder = temporaryFolder('wtmp-');
  mkdirSync(join(folder, 'dev'));
  for (const name of ['wtmp', 'lastlog']) writeFileSync(join(folder, name), '');
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  removeFolder(folder);
});

async function start({ start: serve }: (typeof servers)[number], config = ''): Promise<TestServer> {
  server = await serve({
    config: `${configuration}${config}`,
    users: [{ name: 'ann', uid: 47_101, gid: 47_201 }],
    ownFiles: { folder: join(folder, 'dev'), wtmp: join(folder, 'wtmp'), lastlog: join(folder, 'lastlog') },
  });
  return server;
}

const logIn = ({ port }: TestServer, user = 'ann'): Promise<ControlClient> =>
  ControlClient.login({ port, user, password: PASSWORD });

const countRecords = (): number => readFileSync(join(folder, 'wtmp')).length / recordBytes;

const recorded = (count: number): Promise<unknown> =>
  until(() => countRecords() === count, waitMs, `${count} records, there are ${countRecords()}`);

/** What last(1) makes of it: user, host, and whether the session is over. */
async function last(): Promise<readonly unknown[]> {
  const { output } = await runProgram('last', ['-w', '-f', join(folder, 'wtmp')], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  return output
    .split('\n')
    .map((line) => /^(\S+) +(ftpd\S+) +(\S+) .*?(- |still|gone)/.exec(line))
    .filter((match) => match !== null)
    .map(([, user, , host, end]) => ({ user, host, isOver: end?.startsWith('-') === true }));
}

const login = (isOver: boolean) => ({ user: 'ann', host: '127.0.0.1', isOver });

/** For last(1) a logout of this very second is none yet. */
async function shown(expected: readonly unknown[]): Promise<void> {
  await until(async () => isDeepStrictEqual(await last(), expected), waitMs, JSON.stringify(expected));
}

describe.runIf(isRoot).each(tested)('wtmp of $name', (program) => {
  it('has logins and logouts as last(1) shows them, under the names of the accounts', async () => {
    const started = await start(
      program,
      'UserAlias alias ann\n<Anonymous ~ann>\nUser ann\nGroup %{env:FTPD_TEST_GROUP}\nUserAlias ftp ann\n</Anonymous>\n',
    );
    const client = await logIn(started);
    await recorded(1);
    await client.ask('QUIT', 221);
    await recorded(2);
    const other = await logIn(started, 'alias');
    const third = await logIn(started, 'ftp');
    await recorded(4);
    other.destroy();
    await recorded(5);
    await shown([login(false), login(true), login(true)]);
    third.destroy();
    await recorded(6);
  });

  it('goes with lastlog, where UseLastlog is on', async () => {
    const started = await start(program, 'UseLastlog on\n');
    const client = await logIn(started);
    const place = 47_101 * lastlogBytes;
    await until(() => statSync(join(folder, 'lastlog')).size === place + lastlogBytes, waitMs, 'a record');
    const record = readFileSync(join(folder, 'lastlog')).subarray(place);
    const texts = record.subarray(lastlogBytes - 32 - 256).toString('latin1');
    expect(Math.abs(record.readUInt32LE() - Date.now() / 1000)).toBeLessThan(60);
    // ProFTPD has NULs where `ftpd` should stand.
    const line = program.kind === 'proftpd' ? '\\0{4}\\d+' : 'ftpd\\d+-\\d+';
    expect(texts).toMatch(new RegExp(`^${line}\\0+127\\.0\\.0\\.1\\0+$`));
    client.destroy();
  });

  it('has no logins that failed, and none with WtmpLog off', async () => {
    const started = await start(program, 'WtmpLog off\n');
    const client = await logIn(started);
    await client.ask('QUIT', 221);
    expect(countRecords()).toBe(0);
  });
});

describe.runIf(isRoot)('wtmp of a keeper', () => {
  it('has the logouts of sessions that a dead server took with it', async () => {
    const program = tested.find(({ kind }) => kind === 'ftpd');
    if (program === undefined) throw new Error('none runs as root');
    const started = await start(program);
    const client = await logIn(started);
    await recorded(1);
    process.kill(started.servingPid(), 'SIGKILL');
    await recorded(2);
    client.destroy();
    await shown([login(true)]);
    expect(countRecords()).toBe(2);
  });

  it('has them after SIGTERM, too', async () => {
    const program = tested.find(({ kind }) => kind === 'ftpd');
    if (program === undefined) throw new Error('none runs as root');
    const started = await start(program);
    const client = await logIn(started);
    await recorded(1);
    process.kill(started.process.pid, 'SIGTERM');
    await started.process.ended;
    client.destroy();
    expect(countRecords()).toBe(2);
  });
});

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cryptPassword } from '@ftpd/posix';
import {
  BASE_CONFIGURATION,
  ControlClient,
  removeFolder,
  servingIdentity,
  startFtpd,
  startProftpd,
  systemUsers,
  temporaryFolder,
  until,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Accounts of the machine take root to make, and to look at. */
const { isRoot } = servingIdentity();

const today = Math.floor(Date.now() / 86_400_000);
const quick = '$6$rounds=1000$saltsalt';
const hash = (setting: string, password = 'pw'): string =>
  cryptPassword(Buffer.from(password), setting) ?? 'no such method';

const deadlineMs = 60_000;

/** A server of its own for each way to find out who may log in, by the lines that differ. */
const ways = {
  'mod_auth_unix alone': ['AuthOrder mod_auth_unix.c'],
  'PAM before it': ['AuthOrder mod_auth_pam.c mod_auth_unix.c', 'AuthPAMConfig UNIX'],
  'PAM with the last word': ['AuthOrder mod_auth_pam.c* mod_auth_unix.c', 'AuthPAMConfig UNIX'],
  'no AuthOrder': ['AuthPAMConfig UNIX'],
  PersistentPasswd: ['AuthOrder mod_auth_unix.c', 'PersistentPasswd on'],
  MagicTokenChroot: ['AuthOrder mod_auth_unix.c', 'AuthUnixOptions MagicTokenChroot', 'DefaultChdir /tmp'],
  'PAM that records': ['AuthOrder mod_auth_pam.c* mod_auth_unix.c', 'AuthPAMConfig RECORDING'],
  'PAM that sleeps': ['AuthOrder mod_auth_pam.c* mod_auth_unix.c', 'AuthPAMConfig SLEEPING'],
  'PAM that denies': ['AuthOrder mod_auth_pam.c* mod_auth_unix.c', 'AuthPAMConfig DENYING'],
} as const;
type Way = keyof typeof ways;
const wayNames = Object.keys(ways) as readonly Way[];

/** @param services - Names of services for PAM, by the words above. */
function configuration(services: Readonly<Record<string, string>>): string {
  const [main, ...others] = wayNames.map((way) =>
    ways[way].join('\n').replace(/(?<=AuthPAMConfig )\w+/, (word) => services[word] ?? word),
  );
  const virtual = others.map(
    (lines, at) => `<VirtualHost 127.0.0.1>\nPort %{env:FTPD_TEST_PORT${at + 2}}\n${lines}\n</VirtualHost>\n`,
  );
  return `${BASE_CONFIGURATION.replace('AuthOrder mod_auth_file.c\n', `${main}\n`)
    .replace('DefaultRoot ~\n', '')
    .replace('RequireValidShell off\n', '')
    .replace('UseFtpUsers off\n', '')
    .replace('SystemLog none', 'SystemLog %{env:FTPD_TEST_FOLDER}/system.log')}
${virtual.join('')}`;
}

const portOf = (server: TestServer, way: Way): number => server.ports[wayNames.indexOf(way)] ?? 0;

/** What a login is told, and where the session is then. */
async function logIn(port: number, user: string, password: string): Promise<readonly string[]> {
  const client = await ControlClient.connect({ port, deadlineMs });
  try {
    await client.expect(220);
    const replies = [];
    for (const line of [`USER ${user}`, `PASS ${password}`, 'PWD', 'QUIT']) {
      const { code, text } = await client.ask(line);
      replies.push(`${code} ${text}`);
    }
    return replies;
  } finally {
    client.destroy();
  }
}

const permitting = [
  'auth required pam_permit.so',
  'account required pam_permit.so',
  'session required pam_permit.so',
];
const record = (folder: string): string =>
  `#!/bin/sh\necho "$PAM_TYPE $PAM_USER $PAM_RHOST" >> ${folder}/steps\n`;

/** Takes five seconds at least, and as long as the test needs. */
const sleep = (folder: string): string =>
  `#!/bin/sh\nsleep 5\nwhile [ ! -e ${folder}/awake ]; do sleep 0.1; done\n`;

const kinds = {
  'with yescrypt': { hash: hash('$y$j75$saltsaltsaltsalt') },
  'with SHA-512': { hash: hash(quick) },
  'with bcrypt': { hash: hash('$2b$04$abcdefghijklmnopqrstuu') },
  locked: { hash: `!${hash(quick)}` },
  'without a usable hash': { hash: '*' },
  'without a hash': { hash: '' },
  expired: { hash: hash(quick), expireDay: today - 1 },
  'expired today': { hash: hash(quick), expireDay: today },
  'expired on day 0': { hash: hash(quick), expireDay: 0 },
  'with an old password': { hash: hash(quick), lastChangeDay: today - 99, maxDays: 30 },
  inactive: { hash: hash(quick), lastChangeDay: today - 99, maxDays: 30, inactiveDays: 5 },
  'in its last days': { hash: hash(quick), lastChangeDay: today - 33, maxDays: 30, inactiveDays: 5 },
  'with a password to change': { hash: hash(quick), lastChangeDay: 0 },
  'without a valid shell': { hash: hash(quick), shell: '/bin/no-such-shell' },
  'without a shell': { hash: hash(quick), shell: '' },
} as const;

describe.runIf(isRoot)('accounts of the system', () => {
  const users = systemUsers();
  const names = new Map<string, string>();
  let folder: string;
  let ours: TestServer;
  let theirs: TestServer;

  beforeAll(async () => {
    folder = temporaryFolder('ftpd-accounts-');
    writeFileSync(join(folder, 'record'), record(folder), { mode: 0o755 });
    writeFileSync(join(folder, 'sleep'), sleep(folder), { mode: 0o755 });
    mkdirSync(join(folder, 'root/start'), { recursive: true });
    for (const [kind, options] of Object.entries(kinds)) names.set(kind, await users.add(options));
    const services = {
      UNIX: users.addPamService([
        'auth required pam_unix.so nodelay',
        'account required pam_unix.so',
        'session required pam_permit.so',
      ]),
      RECORDING: users.addPamService([
        ...permitting.slice(0, 2),
        `session required pam_exec.so seteuid ${folder}/record`,
      ]),
      SLEEPING: users.addPamService([`auth required pam_exec.so ${folder}/sleep`, ...permitting]),
      DENYING: users.addPamService(['account required pam_deny.so', ...permitting]),
    };
    const setup = { config: configuration(services), portCount: wayNames.length };
    [ours, theirs] = await Promise.all([startFtpd(setup, { asRoot: true }), startProftpd(setup)]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([ours, theirs].map(async (server) => server?.stop()));
    await users.remove();
    removeFolder(folder);
  }, 60_000);

  /** What the steps of PAM's sessions were. */
  const steps = (): readonly string[] => {
    const log = join(folder, 'steps');
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  };
  const plain = (): string => names.get('with SHA-512') ?? '';

  it.each(wayNames.slice(0, 5))(
    'log in, or not, as with proftpd: %s',
    async (way) => {
      const attempts = [...names, ['unknown', 'no-such-user'] as const].flatMap(([kind, user]) =>
        ['pw', 'px', ''].map((password) => ({ kind, user, password })),
      );
      const told = async (server: TestServer) =>
        Promise.all(
          attempts.map(async ({ kind, user, password }) => {
            const [, reply] = await logIn(portOf(server, way), user, password);
            return `${kind}, ${password}: ${reply}`;
          }),
        );
      const [our, their] = await Promise.all([told(ours), told(theirs)]);
      expect(our).toEqual(their);
      expect(our.some((reply) => reply.includes('pw: 230'))).toBe(true);
    },
    120_000,
  );

  it('keep their session in FOLDER/./START with MagicTokenChroot', async () => {
    const made: string[] = [];
    for (const home of ['root/./start', 'root/./gone', 'root/start'])
      made.push(await users.add({ hash: hash(quick), home: join(folder, 'root').replace(/root$/, home) }));
    const told = async (server: TestServer) =>
      Promise.all(
        made.map(async (user) => (await logIn(portOf(server, 'MagicTokenChroot'), user, 'pw')).slice(1, 3)),
      );
    const our = await told(ours);
    expect(our).toEqual(await told(theirs));
    expect(our[0]?.[1]).toMatch(/"\/start"/);
  }, 60_000);

  it('get every answer right in 600 logins at once of 20 users', async () => {
    const twenty: string[] = [];
    for (let at = 0; at < 20; at += 1) twenty.push(await users.add({ hash: hash(quick, `pw${at}`) }));
    const answers = await Promise.all(
      Array.from({ length: 600 }, async (_, at) => {
        const isRight = at % 3 !== 0;
        const user = twenty[at % 20] ?? '';
        const [, reply = ''] = await logIn(ours.port, user, `pw${isRight ? at % 20 : (at + 1) % 20}`);
        return reply === (isRight ? `230 User ${user} logged in` : '530 Login incorrect.') ? 'right' : reply;
      }),
    );
    expect(answers.filter((answer) => answer !== 'right')).toEqual([]);
  }, 120_000);

  it('wait for a module of PAM that sleeps, and nobody else does', async () => {
    let isAwake = false;
    const slow = logIn(portOf(ours, 'PAM that sleeps'), plain(), 'any').finally(() => {
      isAwake = true;
    });
    for (let at = 0; at < 5; at += 1) expect((await logIn(ours.port, plain(), 'pw'))[1]).toMatch(/^230/);
    expect(isAwake).toBe(false);
    writeFileSync(join(folder, 'awake'), '');
    expect((await slow)[1]).toMatch(/^230/);
  }, 60_000);

  it('are refused by PAM’s account management, which the log explains', async () => {
    expect((await logIn(portOf(ours, 'PAM that denies'), plain(), 'pw'))[1]).toBe('530 Login incorrect.');
    const log = (): string => readFileSync(join(ours.folder, 'system.log'), 'utf8');
    await until(() => log().includes(`PAM(${plain()}): Authentication failure`), 10_000, 'the reason');
  }, 60_000);

  it('have a session of PAM, which ends with theirs or with their server', async () => {
    const login = async (): Promise<ControlClient> =>
      ControlClient.login({
        port: portOf(ours, 'PAM that records'),
        user: plain(),
        password: 'any',
        deadlineMs,
      });
    const opened = `open_session ${plain()} 127.0.0.1`;
    const closed = `close_session ${plain()} 127.0.0.1`;
    const client = await login();
    expect(steps()).toEqual([opened]);
    await client.ask('QUIT', 221);
    await until(() => steps().length === 2, 20_000, 'the end of the session');
    await login();
    expect(steps()).toEqual([opened, closed, opened]);
    process.kill(ours.servingPid(), 'SIGKILL');
    await until(() => steps().length === 4, 20_000, 'the end of the session');
    expect(steps()).toEqual([opened, closed, opened, closed]);
  }, 60_000);
});

describe('without privileges', () => {
  it('AuthUserFile may hold yescrypt, and passwords of the system are nobody’s to check', async () => {
    const stored = hash('$y$j75$saltsaltsaltsalt');
    const config = BASE_CONFIGURATION.replace('AuthOrder mod_auth_file.c\n', '').replace(
      'SystemLog none',
      'SystemLog %{env:FTPD_TEST_FOLDER}/system.log',
    );
    const server = await startFtpd({ config, users: [{ name: 'ann', hash: stored }] });
    try {
      expect((await logIn(server.port, 'ann', 'pw'))[1]).toBe('230 User ann logged in');
      expect((await logIn(server.port, 'ann', 'px'))[1]).toBe('530 Login incorrect.');
      expect((await logIn(server.port, 'daemon', ''))[1]).toBe('530 Login incorrect.');
      const log = (): string => readFileSync(join(server.folder, 'system.log'), 'utf8');
      await until(() => log().includes('The hash of the password cannot be read'), 10_000, 'the reason');
    } finally {
      await server.stop();
    }
  }, 60_000);
});

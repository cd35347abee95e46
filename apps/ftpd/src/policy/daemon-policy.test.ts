import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account, Authenticator } from '@ftpd/auth';
import { defineModule, type DirectiveReader } from '@ftpd/module';
import { commandTable, siteTable, type AnyCommandRow } from '@ftpd/protocol';
import type { LoginDecision, Policy, SessionView } from '@ftpd/server';
import { virtualPath } from '@ftpd/storage';
import { createLocalStorage } from '@ftpd/storage-local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRows, configurationOf } from '../../test/configuration-of.ts';
import { bindServers } from '../addresses.ts';
import { listeningPort } from '../modules/core/server.ts';
import { createAccounts } from './accounts.ts';
import { createDaemonPolicy } from './daemon-policy.ts';
import { homesByUsers } from './home-of-user.ts';
import { createSystemAccounts } from './system-accounts.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpd-policy-'));
  for (const name of ['alice', 'alice/start', 'anon']) mkdirSync(join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true }));

const accountOf = (user: string): Account => ({
  user,
  uid: user === 'root' ? 0 : 1000,
  gid: 1000,
  group: 'staff',
  groupNames: ['staff', 'ftp'],
  groupIds: [1000, 2000],
  comment: '',
  home: join(folder, user),
  shell: user === 'eve' ? '/bin/evil' : '/bin/sh',
});

const users = ['alice', 'bob', 'eve', 'root'];
const source: Authenticator = {
  name: 'test',
  lookUp: async (user) => (users.includes(user) ? accountOf(user) : undefined),
  async verify(user, password) {
    if (!users.includes(user)) return { outcome: 'unknown' };
    return password === 'right'
      ? { outcome: 'accepted', account: accountOf(user) }
      : { outcome: 'refused', reason: 'wrong-password' };
  },
};

const passwd = () => `root:x:0:0::/root:/bin/sh\nftp:x:99:99::${folder}/anon:/bin/false\n`;

/** A server's groups have its own port for a number. */
const accountsOf = (directives: DirectiveReader): Authenticator => ({
  ...source,
  groupId: (name) => (name === 'team' ? directives.first(listeningPort) : undefined),
});

async function policyOf(text: string): Promise<Policy> {
  const configuration = await configurationOf(`UseFtpUsers off\nRequireValidShell off\n${text}`);
  const { servers } = await bindServers(configuration);
  return createDaemonPolicy({
    configuration,
    servers,
    rows: allRows,
    accounts: createAccounts([defineModule({ name: 'mod_test', apiVersion: 1, auth: accountsOf })], {
      servers: [],
      everywhere: () => [],
      isReload: false,
      serverNamed: () => undefined,
      clientName: () => '',
      log: () => {},
      trace: () => {},
      caches: { of: () => Promise.resolve(undefined) },
      poolSecret: () => Promise.resolve(undefined),
    }),
    system: createSystemAccounts((path) => (path === '/etc/passwd' ? passwd() : 'ftp:x:99:\n')),
    hostName: 'host.example',
    numericAddress: () => undefined,
    needsNames: false,
    names: {
      known: () => undefined,
      find: async (address) => (address === '203.0.113.5' ? 'pc.example.org' : undefined),
    },
    makeHome: homesByUsers(() => createLocalStorage()),
    log: () => {},
  });
}

/** A session after its connect. */
async function connected(
  policy: Policy,
  facts: { readonly localPort?: number; readonly remoteAddress?: string } = {},
): Promise<SessionView> {
  const connection = {
    localAddress: '127.0.0.1',
    localPort: 21,
    remoteAddress: '192.0.2.1',
    remotePort: 5000,
    ...facts,
  };
  const decision = await policy.connect(connection);
  if (decision.outcome !== 'admitted') throw new Error(`refused: ${decision.reply?.lines.join()}`);
  const { settings, className } = decision;
  return {
    ...connection,
    settings,
    className,
    isLoggedIn: false,
    workingDirectory: virtualPath('/'),
    signal: new AbortController().signal,
  } as unknown as SessionView;
}

async function login(text: string, user: string, password = 'right'): Promise<LoginDecision> {
  const policy = await policyOf(text);
  const session = await connected(policy);
  const named = { ...session, settings: await policy.user(session, user) } as SessionView;
  return policy.login(named, user, password);
}

const reasonOf = (decision: LoginDecision) =>
  decision.outcome === 'refused' ? decision.reason : decision.outcome;

describe('connect', () => {
  it.each([21, 2121])('chooses the accounts that name groups: those of port %i', async (localPort) => {
    const policy = await policyOf('Port 21\n<VirtualHost 127.0.0.1>\nPort 2121\n</VirtualHost>');
    expect(policy.groupId?.(await connected(policy, { localPort }), 'team')).toBe(localPort);
  });

  it('chooses the server by address and port', async () => {
    const policy = await policyOf(
      'ServerName main\nPort 21\n<VirtualHost 127.0.0.1>\nServerName second\nPort 2121\n</VirtualHost>',
    );
    expect((await connected(policy)).settings).toMatchObject({ serverId: 1, serverName: 'main' });
    expect((await connected(policy, { localPort: 2121 })).settings).toMatchObject({
      serverId: 2,
      serverName: 'second',
    });
    expect(
      await policy.connect({
        localAddress: '127.0.0.1',
        localPort: 9,
        remoteAddress: '192.0.2.1',
        remotePort: 1,
      }),
    ).toMatchObject({
      outcome: 'refused',
      reply: { code: 500, lines: ['Sorry, no server available to handle request on 127.0.0.1'] },
    });
  });

  it('gives sessions of one kind the same settings', async () => {
    const policy = await policyOf('');
    expect((await connected(policy)).settings).toBe(
      (await connected(policy, { remoteAddress: '198.51.100.7' })).settings,
    );
  });

  it('puts clients into classes, and settings for classes into force', async () => {
    const policy = await policyOf(
      '<Class lan>\nFrom 10.0.0.0/8\n</Class>\n<IfClass lan>\nTimeoutIdle 5\n</IfClass>',
    );
    expect(await connected(policy, { remoteAddress: '10.1.1.1' })).toMatchObject({
      className: 'lan',
      settings: { timeouts: { idleMs: 5000 } },
    });
    expect(await connected(policy)).toMatchObject({
      className: undefined,
      settings: { timeouts: { idleMs: 600_000 } },
    });
  });

  it('waits for names where classes are about names', async () => {
    const policy = await policyOf('<Class org>\nFrom .example.org\n</Class>');
    expect((await connected(policy, { remoteAddress: '203.0.113.5' })).className).toBe('org');
    expect((await connected(policy)).className).toBeUndefined();
  });

  it('finds servers by name', async () => {
    const policy = await policyOf(
      '<VirtualHost 127.0.0.1>\nServerName other\nServerAlias ftp.example\nPort 21\n</VirtualHost>',
    );
    const session = await connected(policy);
    expect(await policy.host(session, 'FTP.example')).toMatchObject({ serverName: 'other' });
    expect(await policy.host(session, 'nobody.example')).toBeUndefined();
  });
});

describe('login', () => {
  it.each([
    ['', 'alice', 'right', 'accepted'],
    ['', 'alice', 'wrong', 'Incorrect password'],
    ['', 'nobody', 'right', 'no such user found from 192.0.2.1 [192.0.2.1] to 127.0.0.1:21'],
    ['', 'root', 'right', 'SECURITY VIOLATION: Root login attempted'],
    ['RootLogin on', 'root', 'right', 'accepted'],
    ['AllowEmptyPasswords off', 'alice', '', 'Empty password'],
    ['MaxPasswordSize 4', 'alice', 'right', 'Password too long'],
    ['UserAlias al alice', 'al', 'right', 'accepted'],
    ['UserAlias al alice\nAuthAliasOnly on', 'bob', 'right', 'Not a UserAlias'],
    ['<Limit LOGIN>\nAllowUser bob\nDenyAll\n</Limit>', 'alice', 'right', 'Limit configuration denies login'],
  ])('%j: %s with %j: %s', async (text, user, password, expected) => {
    expect(reasonOf(await login(text, user, password))).toBe(expected);
  });

  it('refuses shells that are not valid, where they are asked for', async () => {
    expect(reasonOf(await login('<IfUser eve>\nRequireValidShell on\n</IfUser>', 'eve'))).toBe(
      "Invalid shell: '/bin/evil'",
    );
  });

  it.each([
    ['', '/', 'alice', undefined],
    ['DefaultRoot ~', 'alice', '/', undefined],
    ['DefaultRoot ~ !staff', '/', 'alice', undefined],
    ['DefaultRoot ~ staff,ftp\nDefaultChdir start', 'alice', '/', '/start'],
    ['DefaultRoot ~\nDefaultChdir /start', 'alice', '/', '/start'],
    ['DefaultChdir ~/start', '/', 'alice', 'alice/start'],
  ])('%j keeps alice in %s, and starts in %s or rather in %s', async (text, root, start, preferred) => {
    const real = (path: string) => (path.startsWith('/') ? path : join(folder, path));
    const decision = await login(text, 'alice');
    expect(decision).toMatchObject({ root: real(root), start: real(start) });
    expect(decision.outcome === 'accepted' && decision.preferredStart).toBe(preferred && real(preferred));
  });

  it('makes a home that is missing, with its skeleton', async () => {
    mkdirSync(join(folder, 'skel'));
    writeFileSync(join(folder, 'skel/hello'), 'hi');
    chmodSync(join(folder, 'skel/hello'), 0o4755);
    await login(`CreateHome on 750 skel ${folder}/skel`, 'bob');
    expect(statSync(join(folder, 'bob')).mode & 0o7777).toBe(0o750);
    expect(statSync(join(folder, 'bob/hello')).mode & 0o7777).toBe(0o755);
  });

  it('knows the home of a user of AuthUserFile in <Directory ~>', async () => {
    const decision = await login(
      'DefaultRoot ~\n<Directory ~/start>\nAllowOverwrite on\n</Directory>',
      'alice',
    );
    if (decision.outcome !== 'accepted') throw new Error(decision.reason);
    expect(decision.settings.at(virtualPath('/start/x')).allowsOverwrite).toBe(true);
    expect(decision.settings.at(virtualPath('/x')).allowsOverwrite).toBe(false);
  });

  it('has settings for users and groups', async () => {
    const text = '<IfUser alice>\nUmask 077\n</IfUser>\n<IfGroup wheel>\nUmask 000\n</IfGroup>';
    expect(await login(text, 'alice')).toMatchObject({ settings: { fileUmask: 0o077 } });
  });
});

describe('<Anonymous>', () => {
  const section = (lines: string) =>
    `<Anonymous ~ftp>\nUser ftp\nUserAlias anonymous ftp\n${lines}\n</Anonymous>`;

  it('begins at USER, and takes any password', async () => {
    const policy = await policyOf(section('MaxClients 3'));
    const session = await connected(policy);
    expect(policy.isAnonymous(session, 'anonymous')).toBe(true);
    expect(policy.isAnonymous(session, 'alice')).toBe(false);
    expect(await policy.user(session, 'anonymous')).toMatchObject({ limits: { clients: { max: 3 } } });
    expect(await policy.login(session, 'anonymous', 'me@example')).toMatchObject({
      outcome: 'accepted',
      isAnonymous: true,
      root: join(folder, 'anon'),
      start: '/',
      logName: 'me@example',
      identity: { user: 'ftp', uid: 99, gid: 99 },
    });
  });

  it('refuses passwords, or asks for the right one', async () => {
    expect(
      reasonOf(await login(section('AnonRejectPasswords @evil\\.org$ [NC]'), 'anonymous', 'x@EVIL.org')),
    ).toBe('AnonRejectPasswords denies login');
    expect(
      reasonOf(
        await login('<Anonymous /srv>\nUser alice\nAnonRequirePassword on\n</Anonymous>', 'alice', 'wrong'),
      ),
    ).toBe('Incorrect password');
    expect(
      reasonOf(
        await login('<Anonymous /srv>\nUser alice\nAnonRequirePassword on\n</Anonymous>', 'alice', 'right'),
      ),
    ).toBe('accepted');
  });

  it('is read-only with the example of Debian', async () => {
    const policy = await policyOf(section('<Directory *>\n<Limit WRITE>\nDenyAll\n</Limit>\n</Directory>'));
    const session = await connected(policy);
    const decision = await policy.login(session, 'anonymous', 'x');
    if (decision.outcome !== 'accepted') throw new Error(decision.reason);
    const inside = { ...session, settings: decision.settings, isLoggedIn: true } as SessionView;
    const refusal = (row: unknown, path: string) =>
      policy.authorize(inside, row as AnyCommandRow, virtualPath(path));
    expect(refusal(commandTable.STOR, '/x')).toMatchObject({ code: 550 });
    expect(refusal(siteTable.MKDIR, '/x')).toMatchObject({ code: 550 });
    expect(refusal(commandTable.RETR, '/x')).toBeUndefined();
    expect(refusal(commandTable.LIST, '/')).toBeUndefined();
    expect(refusal(commandTable.NOOP, '/')).toBeUndefined();
  });
});

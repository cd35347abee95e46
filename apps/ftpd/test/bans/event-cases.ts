import type { Play } from './play.ts';

/** One event: a rule, and what makes it ban. */
export interface EventCase {
  readonly name: string;
  /** The rule; the daemon has those of all cases. */
  readonly rule: string;
  /** Directives of the virtual server that the case plays on. */
  readonly config?: readonly string[];
  readonly steps: Play;
  /** Where ours differs, and why that is meant. */
  readonly ours?: { readonly reason: string; readonly steps: Play };
}

/** What banned hosts read when a rule bans them, and later. */
const fired = '530 BAN a={address} c=(none) u=(none)';
const later = '530 LATER u=(none)';

/**
 * ProFTPD counts the beginnings of seconds. With 1, a session that waits for the lock of the scoreboard while a second
 * begins, 0.2 s at least, has its timeout before its greeting, and with it the event; 3 are two seconds or more.
 */
const waitSeconds = 3;

const rule = (event: string, count: number): string =>
  `BanOnEvent ${event} ${count}/00:10:00 00:10:00 "LATER u=%u"`;

const again = [['connect', later, 'closed']] as const;
const welcome = ['connect', '220'] as const;

const badLogin = (user: string, ...expected: string[]): Play => [
  [`USER ${user}`, '331'],
  ['PASS wrong', '530 Login incorrect.', ...expected],
];

const goodLogin = (user: string, ...expected: string[]): Play => [
  [`USER ${user}`, '331'],
  ['PASS test', ...expected],
];

const noops = (count: number): Play => Array.from({ length: count }, () => ['NOOP', '200']);

function handshakes(...last: readonly string[]): Play {
  const before = ['TLS', 'TLS-C', 'SSL'].flatMap((name): Play => [welcome, [`AUTH ${name}`, '234']]);
  return [...before, welcome, ['AUTH TLS', ...last, 'closed'], ...again];
}

export const eventCases: readonly EventCase[] = [
  {
    name: 'UnhandledCommand counts commands that are not known, in several connections',
    rule: rule('UnhandledCommand', 3),
    steps: [
      welcome,
      ['FOO', '500 FOO not understood'],
      ['NOOP', '200'],
      ['BAR x', '500 BAR not understood'],
      ['QUIT', '221', 'closed'],
      welcome,
      ['FOO', fired, 'closed'],
      ...again,
      ...again,
    ],
  },
  {
    name: 'BadProtocol counts clients of other protocols',
    rule: rule('BadProtocol', 2),
    steps: [welcome, ['GET / HTTP/1.0', 'closed'], welcome, ['EHLO x', fired, 'closed'], ...again],
  },
  {
    name: 'MaxLoginAttempts counts sessions that used up their attempts',
    rule: rule('MaxLoginAttempts', 2),
    config: ['MaxLoginAttempts 2'],
    steps: [
      welcome,
      ...badLogin('attempts'),
      ...badLogin('other', 'closed'),
      welcome,
      ...badLogin('attempts'),
      ['QUIT', '221', 'closed'],
      welcome,
      ...badLogin('attempts'),
      ...badLogin('nobody-knows', fired, 'closed'),
      ...again,
    ],
  },
  {
    name: 'core.timeout-session is an event by its own name',
    rule: rule('core.timeout-session', 1),
    config: [`TimeoutSession ${waitSeconds}`],
    steps: [welcome, ...goodLogin('session', '230'), ['wait', fired, 'closed'], ...again],
  },
  {
    name: 'TimeoutIdle bans instead of saying goodbye',
    rule: rule('TimeoutIdle', 2),
    config: [`TimeoutIdle ${waitSeconds}`],
    steps: [welcome, ['wait', '421 Idle timeout', 'closed'], welcome, ['wait', fired, 'closed'], ...again],
  },
  {
    name: 'TimeoutLogin bans behind the goodbye',
    rule: rule('TimeoutLogin', 1),
    config: [`TimeoutLogin ${waitSeconds}`],
    steps: [welcome, ['wait', '421 Login timeout', fired, 'closed'], ...again],
  },
  {
    name: 'TimeoutNoTransfer bans',
    rule: rule('TimeoutNoTransfer', 1),
    config: [`TimeoutNoTransfer ${waitSeconds}`],
    steps: [welcome, ...goodLogin('transfer', '230'), ['wait', fired, 'closed'], ...again],
  },
  {
    name: 'ClientConnectRate counts every connection that is let in',
    rule: rule('ClientConnectRate', 9),
    steps: [...Array.from({ length: 8 }, () => welcome), ['connect', fired, 'closed'], ...again],
  },
  {
    name: 'EmptyPassword counts where empty passwords are refused',
    rule: rule('EmptyPassword', 2),
    config: ['AllowEmptyPasswords off'],
    steps: [
      welcome,
      ['USER empty', '331'],
      ['PASS ', '501 Login incorrect.'],
      ['USER empty', '331'],
      ['PASS ', fired, 'closed'],
      ...again,
    ],
  },
  {
    name: 'LoginRate bans a user who logs in too often, wherever from, and nobody else',
    rule: rule('LoginRate', 3),
    steps: [
      welcome,
      ...goodLogin('rate', '230'),
      ['QUIT', '221', 'closed'],
      welcome,
      ...goodLogin('rate', '230'),
      welcome,
      ...goodLogin('rate', '530 BAN a={address} c=(none) u=rate', 'closed'),
      ['#2 NOOP', 'closed'],
      welcome,
      ...goodLogin('calm', '230'),
      welcome,
      ...goodLogin('rate', '530 LATER u=rate', '530 Login incorrect.'),
      ['USER calm', '331'],
    ],
    ours: {
      reason: 'the session of a banned user ends: ProFTPD lets it try for ever, and counts nothing',
      steps: [
        welcome,
        ...goodLogin('rate', '230'),
        ['QUIT', '221', 'closed'],
        welcome,
        ...goodLogin('rate', '230'),
        welcome,
        ...goodLogin('rate', '530 BAN a={address} c=(none) u=rate', 'closed'),
        ['#2 NOOP', 'closed'],
        welcome,
        ...goodLogin('calm', '230'),
        welcome,
        ...goodLogin('rate', '530 LATER u=rate', '530 Login incorrect.', 'closed'),
      ],
    },
  },
  {
    name: 'MaxClientsPerHost bans the host, and ends its sessions',
    rule: rule('MaxClientsPerHost', 2),
    config: ['MaxClientsPerHost 1 "FULL %m"'],
    steps: [
      welcome,
      ...goodLogin('host', '230'),
      welcome,
      ...goodLogin('calm', '530 FULL 1', 'closed'),
      welcome,
      ...goodLogin('host', fired, 'closed'),
      ['#1 NOOP', 'closed'],
      ...again,
    ],
  },
  {
    name: 'MaxClientsPerUser bans the user, and ends the sessions of the user',
    rule: rule('MaxClientsPerUser', 1),
    config: ['MaxClientsPerUser 1'],
    steps: [
      welcome,
      ...goodLogin('user', '230'),
      welcome,
      ...goodLogin('user', '530 BAN a={address} c=(none) u=user', 'closed'),
      ['#1 NOOP', 'closed'],
      welcome,
    ],
  },
  {
    name: 'MaxHostsPerUser bans the user, and ends the sessions of the user, wherever from',
    rule: rule('MaxHostsPerUser', 2),
    config: ['MaxHostsPerUser 1 "FULL %m"'],
    steps: [
      welcome,
      ...goodLogin('hosts', '230'),
      ['connect elsewhere', '220'],
      ...goodLogin('hosts', '530 FULL 1', 'closed'),
      ['connect elsewhere', '220'],
      ...goodLogin('hosts', '530 BAN a={elsewhere} c=(none) u=hosts', 'closed'),
      ['#1 NOOP', 'closed'],
      ['connect elsewhere', '220'],
      ...goodLogin('calm', '230'),
    ],
  },
  {
    name: 'MaxCommandRate bans who sends more commands',
    rule: rule('MaxCommandRate', 1),
    config: ['MaxCommandRate 5 60'],
    steps: [welcome, ...goodLogin('calm', '230'), ...noops(5), ['NOOP', fired, 'closed'], ...again],
    ours: {
      reason: 'ProFTPD counts from the login on; ours all commands, so that nobody floods it before',
      steps: [welcome, ...goodLogin('calm', '230'), ...noops(3), ['NOOP', fired, 'closed'], ...again],
    },
  },
  {
    name: 'MaxClientsPerClass bans the class',
    rule: rule('MaxClientsPerClass', 1),
    config: ['MaxClientsPerClass classy 1'],
    steps: [
      welcome,
      ...goodLogin('class', '230'),
      welcome,
      ...goodLogin('class', '530 BAN a={address} c=classy u=(none)', 'closed'),
      ['#1 NOOP', 'closed'],
      ...again,
    ],
  },
  {
    name: 'MaxConnectionsPerHost bans at the connect, before its own refusal',
    rule: rule('MaxConnectionsPerHost', 2),
    config: ['MaxConnectionsPerHost 1 "FULL %m"'],
    steps: [
      welcome,
      ['connect', '530 FULL 1', 'closed'],
      ['#1 NOOP', '200'],
      ['connect', fired, 'closed'],
      ['#1 NOOP', 'closed'],
      ...again,
    ],
  },
  {
    name: 'RootLogin counts each PASS for root, whatever the password and the directive',
    rule: rule('RootLogin', 2),
    config: ['RootLogin off'],
    steps: [
      welcome,
      ...badLogin('superuser'),
      ['USER superuser', '331'],
      ['PASS wrong', fired, 'closed'],
      ...again,
    ],
  },
  {
    name: 'AnonRejectPasswords counts',
    rule: rule('AnonRejectPasswords', 2),
    config: [
      '<Anonymous %{env:FTPD_TEST_FOLDER}/homes/anon>',
      '  User anon',
      '  AnonRequirePassword off',
      '  AnonRejectPasswords ^bad',
      '</Anonymous>',
    ],
    steps: [
      welcome,
      ['USER anon', '331'],
      ['PASS badly', '530 Login incorrect.'],
      ['USER anon', '331'],
      ['PASS badly', fired, 'closed'],
      ...again,
    ],
  },
  {
    name: 'TLSHandshake counts each AUTH TLS, before any handshake',
    rule: rule('TLSHandshake', 3),
    config: [
      'TLSEngine on',
      'TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/server.pem',
      'TLSECCertificateKeyFile %{env:FTPD_TEST_FOLDER}/server.key',
    ],
    steps: handshakes('234', fired),
    ours: {
      reason: 'behind its 234 ProFTPD says in clear what the client takes for TLS; ours says it instead',
      steps: handshakes(fired),
    },
  },
  {
    name: 'core.invalid-command counts lines that hold no command',
    rule: rule('core.invalid-command', 2),
    steps: [welcome, ['', '500 Invalid command'], ['  ', fired, 'closed'], ...again],
  },
];

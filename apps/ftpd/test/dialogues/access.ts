import {
  closed,
  dialogue,
  download,
  list,
  names,
  refused,
  send,
  upload,
  type Dialogue,
  type DialogueOptions,
} from './dialogue.ts';

const anonymousConfig = [
  '<Anonymous %{env:FTPD_TEST_FOLDER}/anonymous>',
  '  User %{env:FTPD_TEST_USER}',
  '  Group %{env:FTPD_TEST_GROUP}',
  '  UserAlias anonymous %{env:FTPD_TEST_USER}',
  '  RequireValidShell off',
  '</Anonymous>',
];
const anonymous: DialogueOptions = {
  config: anonymousConfig,
  login: { user: 'anonymous', password: 'me@example.org' },
  home: 'anonymous',
};

/** Anonymous, filters, limits and displayed files. */
export const access: readonly Dialogue[] = [
  dialogue(
    'anonymous logs in with any address as password',
    [send('PWD', 257, '"/" is the current directory')],
    anonymous,
  ),
  dialogue('anonymous fetches a file', [send('TYPE I', 200), download('RETR pub/one', 'public')], {
    ...anonymous,
    files: { 'pub/one': 'public' },
  }),
  dialogue(
    'anonymous lists a folder',
    [
      names('NLST listed', ['listed/a', 'listed/b']),
      list('LIST listed', ['-rw-r--r-- 0 a', '-rw-r--r-- 0 b']),
    ],
    { ...anonymous, files: { 'listed/a': '', 'listed/b': '' } },
  ),
  dialogue(
    'anonymous does not leave the folder',
    [
      send('CWD ../..', 250),
      send('PWD', 257, '"/" is the current directory'),
      refused('RETR /etc/passwd', 550),
    ],
    anonymous,
  ),
  dialogue('anonymous needs a password of any kind', [send('USER anonymous', 331), send('PASS x', 230)], {
    ...anonymous,
    login: false,
  }),
  dialogue('DenyFilter refuses a command', [send('MKD *x', 550), send('MKD x', 257)], {
    config: ['DenyFilter \\*'],
    leaves: { '*x': null, x: { isFolder: true } },
  }),
  dialogue('AllowFilter refuses what does not match', [send('MKD abc', 257), send('MKD ABC', 550)], {
    config: ['AllowFilter ^[a-z0-9]*$'],
    leaves: { ABC: null },
  }),
  dialogue(
    'PathDenyFilter refuses a name',
    [
      send('TYPE I', 200),
      refused('STOR bad.exe', 550),
      upload('STOR good.txt', 'x'),
      refused('APPE bad.exe', 550),
    ],
    { config: ['PathDenyFilter \\.exe$'], leaves: { 'bad.exe': null, 'good.txt': 'x' } },
  ),
  dialogue(
    'PathAllowFilter refuses other names',
    [send('TYPE I', 200), refused('STOR Bad', 550), upload('STOR good', 'x')],
    { config: ['PathAllowFilter ^[a-z/0-9]+$'], leaves: { Bad: null, good: 'x' } },
  ),
  dialogue(
    'DisplayLogin shows a file at login',
    [send('USER {user}', 331), send('PASS test', 230, /^Welcome back\n/)],
    { login: false, config: ['DisplayLogin welcome.msg'], files: { 'welcome.msg': 'Welcome back\n' } },
  ),
  dialogue(
    'DisplayChdir shows a file in a folder',
    [send('CWD sub', 250, /^Mind the gap\n/), send('CWD /', 250, 'CWD command successful')],
    { config: ['DisplayChdir .message'], files: { 'sub/.message': 'Mind the gap\n' } },
  ),
  dialogue(
    'DisplayChdir true shows a file only after a change',
    [send('CWD sub', 250, /^Mind the gap\n/), send('CWD /sub', 250, 'CWD command successful')],
    { config: ['DisplayChdir .message true'], files: { 'sub/.message': 'Mind the gap\n' } },
  ),
  dialogue('DisplayQuit shows a file at the end', [send('QUIT', 221, /^See you\nsoon$/), closed()], {
    config: ['DisplayQuit bye.msg'],
    files: { 'bye.msg': 'See you\nsoon\n' },
  }),
  dialogue(
    'DisplayFileTransfer shows a file after a transfer',
    [send('TYPE I', 200), download('RETR one', 'x')],
    { config: ['DisplayFileTransfer done.msg'], files: { 'done.msg': 'Done\n', one: 'x' } },
  ),
  dialogue(
    'AccessGrantMsg is the text of a login',
    [send('USER {user}', 331), send('PASS test', 230, /^Come in, user\d+$/)],
    { login: false, config: ['AccessGrantMsg "Come in, %u"'] },
  ),
];

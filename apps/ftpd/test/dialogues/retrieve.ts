import { dialogue, download, refused, send, type Dialogue, type DialogueOptions } from './dialogue.ts';

const files: DialogueOptions = {
  files: {
    'file.txt': 'hello world\n',
    'mixed.txt': 'a\nb\r\nc',
    empty: '',
    one: 'x',
    closed: { content: 's', mode: 0 },
    'sub/x': 'in sub',
    'with space': 'space',
    link: { link: 'file.txt' },
    out: { link: '/etc/passwd' },
    gone: { link: 'nowhere' },
    bytes: Uint8Array.from({ length: 256 }, (_, byte) => byte),
    big: 'x'.repeat(300_000),
  },
};

/** RETR with TYPE, REST and RANG. */
export const retrieve: readonly Dialogue[] = [
  dialogue(
    'RETR in image type gives the bytes',
    [
      send('TYPE I', 200),
      download('RETR file.txt', 'hello world\n', {
        opening: 'Opening BINARY mode data connection for file.txt (12 bytes)',
      }),
    ],
    files,
  ),
  dialogue(
    'RETR in image type keeps every byte value',
    [
      send('TYPE I', 200),
      download(
        'RETR bytes',
        Uint8Array.from({ length: 256 }, (_, byte) => byte),
      ),
    ],
    files,
  ),
  dialogue(
    'RETR in ASCII type ends lines with CRLF',
    [
      download('RETR file.txt', 'hello world\r\n', {
        opening: 'Opening ASCII mode data connection for file.txt (12 bytes)',
      }),
    ],
    files,
  ),
  dialogue('RETR in ASCII type leaves CRLF as it is', [download('RETR mixed.txt', 'a\r\nb\r\nc')], files),
  dialogue(
    'RETR of an empty file',
    [
      send('TYPE I', 200),
      download('RETR empty', '', { opening: 'Opening BINARY mode data connection for empty' }),
    ],
    files,
  ),
  dialogue(
    'RETR of one byte says so',
    [
      send('TYPE I', 200),
      download('RETR one', 'x', { opening: 'Opening BINARY mode data connection for one (1 byte)' }),
    ],
    files,
  ),
  dialogue(
    'RETR of a file of many packets',
    [send('TYPE I', 200), download('RETR big', 'x'.repeat(300_000))],
    files,
  ),
  dialogue(
    'RETR of a path in a folder',
    [
      send('TYPE I', 200),
      download('RETR sub/x', 'in sub'),
      download('RETR /sub/x', 'in sub'),
      send('CWD sub', 250),
      download('RETR x', 'in sub'),
      download('RETR ../one', 'x'),
    ],
    files,
  ),
  dialogue('RETR of a name with a space', [send('TYPE I', 200), download('RETR with space', 'space')], files),
  dialogue('RETR follows a link', [send('TYPE I', 200), download('RETR link', 'hello world\n')], files),
  dialogue(
    'RETR of a missing file is refused',
    [refused('RETR nosuch', 550, 'nosuch: No such file or directory')],
    files,
  ),
  dialogue('RETR of a missing file is refused before the data connection', [send('RETR nosuch', 550)], files),
  dialogue('RETR of a folder is refused', [refused('RETR sub', 550, 'sub: Not a regular file')], files),
  dialogue(
    'RETR without permission is refused',
    [refused('RETR closed', 550, 'closed: Permission denied')],
    files,
  ),
  dialogue('RETR through a link out of the root is refused', [refused('RETR out', 550)], files),
  dialogue('RETR through a dangling link is refused', [refused('RETR gone', 550)], files),
  dialogue('RETR through dots does not leave the root', [refused('RETR ../../../etc/passwd', 550)], files),
  dialogue('RETR needs a name', [refused('RETR', 500)], files),
  dialogue('RETR without a data connection answers 425', [send('RETR file.txt', 425)], files),
  dialogue(
    'one data connection serves one transfer',
    [send('TYPE I', 200), download('RETR one', 'x'), send('RETR one', 425)],
    files,
  ),
  dialogue(
    'REST skips bytes of the next RETR only',
    [
      send('TYPE I', 200),
      send('REST 6', 350),
      download('RETR file.txt', 'world\n', {
        opening: 'Opening BINARY mode data connection for file.txt (6 bytes)',
      }),
      download('RETR file.txt', 'hello world\n'),
    ],
    files,
  ),
  dialogue(
    'REST to the end gives nothing',
    [send('TYPE I', 200), send('REST 12', 350), download('RETR file.txt', '')],
    files,
  ),
  dialogue(
    'REST behind the end is refused',
    [send('TYPE I', 200), send('REST 13', 350), refused('RETR file.txt', 554)],
    files,
  ),
  dialogue(
    'REST lasts over other commands',
    [
      send('TYPE I', 200),
      send('REST 6', 350),
      send('NOOP', 200),
      send('SIZE file.txt', 213, '12'),
      send('TYPE I', 200),
      download('RETR file.txt', 'world\n'),
    ],
    files,
  ),
  dialogue(
    'REST is forgotten by a RETR that fails',
    [
      send('TYPE I', 200),
      send('REST 6', 350),
      refused('RETR nosuch', 550),
      download('RETR file.txt', 'hello world\n'),
    ],
    files,
  ),
  dialogue(
    'REST 0 starts at the beginning',
    [send('REST 0', 350), send('TYPE I', 200), download('RETR one', 'x')],
    files,
  ),
  dialogue('REST in ASCII type is refused', [send('TYPE A', 200), send('REST 3', 501)], files),
  dialogue(
    'REST wants a number',
    [
      send('TYPE I', 200),
      send('REST', 500),
      send('REST x', 501),
      send('REST -1', 501),
      send('REST 1 2', 500),
    ],
    files,
  ),
  dialogue(
    'the last REST counts',
    [send('TYPE I', 200), send('REST 3', 350), send('REST 6', 350), download('RETR file.txt', 'world\n')],
    files,
  ),
  dialogue(
    'AllowRetrieveRestart off refuses a REST of RETR',
    [
      send('TYPE I', 200),
      send('REST 6', 350),
      refused('RETR file.txt', 451),
      download('RETR file.txt', 'hello world\n'),
    ],
    { ...files, config: ['AllowRetrieveRestart off'] },
  ),
  dialogue(
    'RANG gives a range with both ends',
    [
      send('TYPE I', 200),
      send('RANG 1 4', 350),
      download('RETR file.txt', 'ello'),
      download('RETR file.txt', 'hello world\n'),
    ],
    files,
  ),
  dialogue(
    'RANG 1 0 takes a range back',
    [
      send('TYPE I', 200),
      send('RANG 1 4', 350),
      send('RANG 1 0', 350),
      download('RETR file.txt', 'hello world\n'),
    ],
    files,
  ),
  dialogue(
    'RANG behind the end is refused',
    [send('TYPE I', 200), send('RANG 50 60', 350), refused('RETR file.txt', 554)],
    files,
  ),
  dialogue(
    'RANG wants two numbers in order',
    [
      send('TYPE I', 200),
      send('RANG', 500),
      send('RANG 1', 500),
      send('RANG 5 3', 501),
      send('RANG a b', 501),
    ],
    files,
  ),
  dialogue('RANG in ASCII type is refused', [send('RANG 2 3', 551)], files),
  dialogue(
    'SIZE gives the bytes in image type',
    [
      send('TYPE I', 200),
      send('SIZE file.txt', 213, '12'),
      send('SIZE empty', 213, '0'),
      send('SIZE with space', 213, '5'),
    ],
    files,
  ),
  dialogue('SIZE in ASCII type is refused', [send('TYPE A', 200), send('SIZE file.txt', 550)], files),
  dialogue(
    'SIZE of what is no file is refused',
    [
      send('TYPE I', 200),
      send('SIZE sub', 550),
      send('SIZE nosuch', 550, 'nosuch: No such file or directory'),
      send('SIZE gone', 550),
      send('SIZE', 501),
    ],
    files,
  ),
  dialogue('SIZE follows a link', [send('TYPE I', 200), send('SIZE link', 213, '12')], files),
  dialogue('MDTM gives the date in UTC', [send('MDTM dated', 213, '20240203040506')], {
    files: { dated: { content: 'x', mtime: '2024-02-03T04:05:06Z' } },
  }),
  dialogue(
    'MDTM of what is no file is refused',
    [send('MDTM sub', 550), send('MDTM nosuch', 550), send('MDTM', 501)],
    files,
  ),
  dialogue(
    'a home link with a tilde works in RETR',
    [send('TYPE I', 200), send('CWD sub', 250), download('RETR ~/one', 'x')],
    files,
  ),
];

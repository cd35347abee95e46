import {
  dialogue,
  download,
  list,
  matching,
  names,
  refused,
  send,
  upload,
  type Dialogue,
  type DialogueOptions,
} from './dialogue.ts';

const files: DialogueOptions = {
  files: { old: '0123456789', other: 'x', 'sub/x': 'x', toSub: { link: 'sub' } },
};
const image = send('TYPE I', 200);

/** What no client should say, and some do. */
export const corners: readonly Dialogue[] = [
  dialogue('PORT of a private address of another network', [send('PORT 10,0,0,1,200,200', 200)]),
  dialogue('EPRT of a private address of another network', [send('EPRT |1|10.0.0.1|40000|', 200)]),
  dialogue('PORT with a seventh number', [send('PORT 127,0,0,1,200,200,1', 200)]),
  dialogue('EPRT of a port above 65535', [send('EPRT |1|127.0.0.1|70000|', 200)]),
  dialogue(
    'REST of more than any file holds',
    [image, send('REST 99999999999999999999', 350), download('RETR old', '0123456789')],
    files,
  ),
  dialogue(
    'REST and APPE write in the middle of a file',
    [image, send('REST 2', 350), upload('APPE old', 'AB')],
    { ...files, config: ['AllowStoreRestart on'], leaves: { old: '01AB456789' } },
  ),
  dialogue(
    'REST and STOR of a missing file is refused',
    [image, send('REST 3', 350), refused('STOR new', 554)],
    { config: ['AllowStoreRestart on'] },
  ),
  dialogue('ALLO of more than any disk holds', [send('ALLO 99999999999999999999', 202)]),
  dialogue('MFMT with a fraction of a second', [send('MFMT 20240203040506.123 old', 213)], {
    ...files,
    leaves: { old: { mtime: '2024-02-03T04:05:06Z' } },
  }),
  dialogue('MFMT of a day that is not in the calendar', [send('MFMT 20230229000000 old', 213)], files),
  dialogue('MFMT before 1970 is refused', [send('MFMT 19600101000000 old', 501)], files),
  dialogue('the root can be named but not renamed', [send('RNFR /', 350), send('RNTO /x', 550)], files),
  dialogue('LANG after login', [send('LANG en', 500)]),
  dialogue('a tilde alone is a name', [send('CWD ~', 550), send('CWD ~nosuchuser', 550)]),
  dialogue('LIST of a tilde alone', [list('LIST ~', [], { end: 450 })]),
  dialogue('LIST takes one path', [list('LIST old other', [], { end: 450 })], files),
  dialogue('NLST of a name with a space', [names('NLST a b', ['a b'])], { files: { 'a b': '' } }),
  dialogue('NLST of a link to a folder lists the folder', [names('NLST toSub', ['toSub/x'])], files),
  dialogue('LIST of a link to a folder lists the folder', [list('LIST toSub', ['-rw-r--r-- 1 x'])], files),
  dialogue(
    'LIST of a pattern shows several folders by their content',
    [matching('LIST */x', /^-rw-r--r-- .* sub\/x\r\n$/)],
    { files: { 'sub/x': '' } },
  ),
  dialogue('DELE of a link to a folder removes the link', [send('DELE toSub', 250)], {
    ...files,
    leaves: { toSub: null, 'sub/x': 'x' },
  }),
  dialogue('RMD through a link to a folder', [send('RMD toSub/inner', 250)], {
    files: { 'sub/inner/': '', toSub: { link: 'sub' } },
    leaves: { 'sub/inner': null },
  }),
  dialogue(
    'MKD and STOR through a link to a folder',
    [image, send('MKD toSub/new', 257), upload('STOR toSub/file', 'x')],
    { ...files, leaves: { 'sub/new': { isFolder: true }, 'sub/file': 'x' } },
  ),
  dialogue('STOU does not use its argument', [image, upload('STOU wanted', 'x', { opening: /^FILE: ftp/ })], {
    leaves: { wanted: null },
  }),
  dialogue('STAT takes options before a path', [send('STAT -l old', 213)], files),
  dialogue('STAT takes no pattern', [send('STAT *', 450)], files),
  dialogue('HELP of SITE', [send('HELP SITE', 214)]),
  dialogue('HELP of a command that is not there', [send('HELP SMNT', 214)]),
  dialogue('TYPE with a second letter that means nothing', [send('TYPE I N', 200), send('TYPE A C', 200)]),
  dialogue('a command of one letter is not understood', [send('X', 500), send('?', 500)]),
  dialogue('SIZE of a file with a trailing slash', [image, send('SIZE old/', 213, '10')], files),
  dialogue('RETR of a file with a trailing slash', [image, download('RETR old/', '0123456789')], files),
  dialogue('DELE of a path with dots', [send('DELE sub/../old', 250)], { ...files, leaves: { old: null } }),
  dialogue(
    'CWD of nothing but dots',
    [
      send('CWD .', 250),
      send('CWD ./', 250),
      send('CWD ./sub/.', 250),
      send('PWD', 257, '"/sub" is the current directory'),
    ],
    files,
  ),
  dialogue('RNTO onto itself', [send('RNFR old', 350), send('RNTO old', 250)], {
    ...files,
    leaves: { old: '0123456789' },
  }),
  dialogue('RNTO onto an empty folder', [send('RNFR sub', 350), send('RNTO empty', 250)], {
    files: { 'sub/x': 'x', 'empty/': '' },
    leaves: { sub: null, 'empty/x': 'x' },
  }),
  dialogue('RNTO onto a folder with files is refused', [send('RNFR sub', 350), send('RNTO full', 550)], {
    files: { 'sub/x': 'x', 'full/y': 'y' },
    leaves: { 'sub/x': 'x', 'full/y': 'y' },
  }),
  dialogue('a name of 255 bytes is a name', [
    image,
    upload(`STOR ${'n'.repeat(255)}`, 'x'),
    download(`RETR ${'n'.repeat(255)}`, 'x'),
  ]),
  dialogue('a name of 256 bytes is none', [
    image,
    refused(`STOR ${'n'.repeat(256)}`, 550),
    send(`MKD ${'n'.repeat(256)}`, 550),
  ]),
  dialogue(
    'a name that begins with a dash is a name',
    [image, upload('STOR -l', 'x'), send('SIZE -l', 213), send('DELE -l', 250)],
    { leaves: { '-l': null } },
  ),
  dialogue('a name of spaces and quotation marks is a name', [send('MKD \' "', 257), send('RMD \' "', 250)]),
  dialogue('a name with a percent sign and braces is a name', [image, upload('STOR %{x}$(y)`z`', 'x')], {
    leaves: { '%{x}$(y)`z`': 'x' },
  }),
  dialogue('braces are no pattern', [list('LIST {old,other}', [], { end: 450 })], files),
  dialogue('a backslash before a star is not a match', [list('LIST \\*', [], { end: 450 })], files),
];

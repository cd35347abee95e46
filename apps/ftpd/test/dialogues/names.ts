import { dialogue, names, send, upload, type Dialogue, type DialogueOptions } from './dialogue.ts';

const files: DialogueOptions = {
  files: {
    one: '1',
    two: '2',
    'sub/x': 'x',
    'empty/': '',
    link: { link: 'one' },
    gone: { link: 'nowhere' },
    'locked/x': 'x',
    'locked/': { mode: 0o500 },
    toSub: { link: 'sub' },
    'closed/x': 'x',
    'closed/': { mode: 0 },
  },
};

/** RNFR, RNTO, DELE, MKD, RMD. */
export const namesAndFolders: readonly Dialogue[] = [
  dialogue('RNFR and RNTO rename a file', [send('RNFR one', 350), send('RNTO three', 250)], {
    ...files,
    leaves: { one: null, three: '1' },
  }),
  dialogue('RNFR and RNTO rename a folder', [send('RNFR sub', 350), send('RNTO dir', 250)], {
    ...files,
    leaves: { sub: null, 'dir/x': 'x' },
  }),
  dialogue('RNTO moves into another folder', [send('RNFR one', 350), send('RNTO sub/one', 250)], {
    ...files,
    leaves: { one: null, 'sub/one': '1' },
  }),
  dialogue('RNTO replaces a file', [send('RNFR one', 350), send('RNTO two', 250)], {
    ...files,
    leaves: { one: null, two: '1' },
  }),
  dialogue('AllowOverwrite off protects the target of RNTO', [send('RNFR one', 350), send('RNTO two', 550)], {
    ...files,
    config: ['AllowOverwrite off'],
    leaves: { one: '1', two: '2' },
  }),
  dialogue(
    'RNFR of a missing name is refused',
    [send('RNFR nosuch', 550, 'nosuch: No such file or directory'), send('RNTO x', 503)],
    files,
  ),
  dialogue('RNTO without RNFR is out of order', [send('RNTO x', 503)], files),
  dialogue('RNTO uses RNFR up', [send('RNFR one', 350), send('RNTO three', 250), send('RNTO four', 503)], {
    ...files,
    leaves: { three: '1', four: null },
  }),
  dialogue(
    'a second RNFR is out of order',
    [send('RNFR one', 350), send('RNFR two', 501), send('RNTO three', 250)],
    { ...files, leaves: { one: null, two: '2', three: '1' } },
  ),
  dialogue(
    'NOOP between RNFR and RNTO is allowed',
    [send('RNFR one', 350), send('NOOP', 200), send('RNTO three', 250)],
    { ...files, leaves: { three: '1' } },
  ),
  dialogue(
    'other commands between RNFR and RNTO are refused',
    [send('RNFR one', 350), send('DELE two', 501), send('RNTO three', 250)],
    { ...files, leaves: { two: '2', three: '1' } },
  ),
  dialogue(
    'RNFR and RNTO need names',
    [send('RNFR', 501), send('RNFR one', 350), send('RNTO', 501), send('RNTO three', 503)],
    { ...files, leaves: { one: '1' } },
  ),
  dialogue('RNTO into a missing folder is refused', [send('RNFR one', 350), send('RNTO nosuch/one', 550)], {
    ...files,
    leaves: { one: '1' },
  }),
  dialogue('RNTO of a folder into itself is refused', [send('RNFR sub', 350), send('RNTO sub/inner', 550)], {
    ...files,
    leaves: { 'sub/x': 'x' },
  }),
  dialogue(
    'RNTO without permission in the target folder is refused',
    [send('RNFR one', 350), send('RNTO locked/one', 550)],
    { ...files, leaves: { one: '1' } },
  ),
  dialogue('RNTO out of the root stays in the root', [send('RNFR one', 350), send('RNTO ../../three', 250)], {
    ...files,
    leaves: { three: '1' },
  }),
  dialogue('RNFR takes a link, not its target', [send('RNFR link', 350), send('RNTO link2', 250)], {
    ...files,
    leaves: { link: null, link2: { link: 'one' }, one: '1' },
  }),
  dialogue('RNFR takes a dangling link', [send('RNFR gone', 350), send('RNTO gone2', 250)], {
    ...files,
    leaves: { gone2: { link: 'nowhere' } },
  }),
  dialogue('RNTO of a file onto a folder is refused', [send('RNFR one', 350), send('RNTO sub', 550)], {
    ...files,
    leaves: { one: '1', 'sub/x': 'x' },
  }),
  dialogue('DELE removes a file', [send('DELE one', 250)], { ...files, leaves: { one: null, two: '2' } }),
  dialogue('DELE takes a path', [send('DELE sub/x', 250), send('DELE /two', 250)], {
    ...files,
    leaves: { 'sub/x': null, two: null },
  }),
  dialogue('DELE removes a link, not its target', [send('DELE link', 250), send('DELE gone', 250)], {
    ...files,
    leaves: { link: null, gone: null, one: '1' },
  }),
  dialogue('DELE of a folder is refused', [send('DELE empty', 550)], {
    ...files,
    leaves: { empty: { isFolder: true } },
  }),
  dialogue(
    'DELE of a missing file is refused',
    [send('DELE nosuch', 550, 'nosuch: No such file or directory'), send('DELE', 501)],
    files,
  ),
  dialogue(
    'DELE without permission in the folder is refused',
    [send('DELE locked/x', 550, 'locked/x: Permission denied')],
    { ...files, leaves: { 'locked/x': 'x' } },
  ),
  dialogue('DELE takes no pattern', [send('DELE *', 550)], { ...files, leaves: { one: '1', two: '2' } }),
  dialogue(
    'MKD makes a folder and tells its path',
    [
      send('MKD new', 257, '"/new" - Directory successfully created'),
      send('CWD new', 250),
      send('MKD inner', 257, '"/new/inner" - Directory successfully created'),
    ],
    { leaves: { new: { isFolder: true, mode: 0o755 }, 'new/inner': { isFolder: true } } },
  ),
  dialogue('MKD doubles a quotation mark', [send('MKD a"b', 257, /^"\/a""b"/)], {
    leaves: { 'a"b': { isFolder: true } },
  }),
  dialogue('MKD takes a trailing slash', [send('MKD new/', 257, /^"\/new"/)], {
    leaves: { new: { isFolder: true } },
  }),
  dialogue(
    'MKD of a name that is there is refused',
    [send('MKD sub', 550, 'sub: File exists'), send('MKD one', 550), send('MKD /', 550), send('MKD .', 550)],
    files,
  ),
  dialogue('MKD in a missing folder is refused', [send('MKD nosuch/new', 550), send('MKD', 501)], {
    leaves: { nosuch: null },
  }),
  dialogue('MKD without permission is refused', [send('MKD locked/new', 550)], files),
  dialogue('MKD takes UTF-8 and spaces', [send('MKD äö ü', 257, /^"\/äö ü"/), names('NLST', ['äö ü'])], {
    leaves: { 'äö ü': { isFolder: true } },
  }),
  dialogue('RMD removes an empty folder', [send('RMD empty', 250)], { ...files, leaves: { empty: null } }),
  dialogue('RMD of a folder with files is refused', [send('RMD sub', 550, 'sub: Directory not empty')], {
    ...files,
    leaves: { 'sub/x': 'x' },
  }),
  dialogue(
    'RMD of what is no folder is refused',
    [send('RMD one', 550), send('RMD nosuch', 550), send('RMD toSub', 550), send('RMD', 501)],
    { ...files, leaves: { one: '1', toSub: { link: 'sub' } } },
  ),
  dialogue('RMD of the root is refused', [send('RMD /', 550), send('RMD .', 550)], files),
  dialogue('XMKD and XRMD do the same', [send('XMKD new', 257), send('XRMD new', 250)], {
    leaves: { new: null },
  }),
  dialogue('names with bytes that are no UTF-8 survive', [
    send(Buffer.from('MKD a\xe4b', 'latin1'), 257),
    send(Buffer.from('CWD a\xe4b', 'latin1'), 250),
    send('CWD /', 250),
    send(Buffer.from('RMD a\xe4b', 'latin1'), 250),
  ]),
  dialogue('a name with a backslash is a name', [send('TYPE I', 200), upload('STOR a\\b', 'x')], {
    leaves: { 'a\\b': 'x' },
  }),
];

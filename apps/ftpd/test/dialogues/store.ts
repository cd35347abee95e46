import {
  dialogue,
  download,
  refused,
  send,
  upload,
  type Dialogue,
  type DialogueOptions,
} from './dialogue.ts';

const files: DialogueOptions = {
  files: {
    old: '0123456789',
    'sub/': '',
    closed: { content: 's', mode: 0o400 },
    'locked/': { mode: 0o500 },
    gone: { link: 'nowhere' },
    out: { link: '/etc/ftpd-test-outside' },
  },
};
const image = send('TYPE I', 200);

/** STOR, APPE, STOU, REST before them, ALLO, MFMT, MFF. */
export const store: readonly Dialogue[] = [
  dialogue(
    'STOR makes a file',
    [image, upload('STOR new', 'abc', { opening: 'Opening BINARY mode data connection for new' })],
    { leaves: { new: 'abc' } },
  ),
  dialogue(
    'STOR keeps every byte value in image type',
    [
      image,
      upload(
        'STOR new',
        Uint8Array.from({ length: 256 }, (_, byte) => byte),
      ),
    ],
    { leaves: { new: Uint8Array.from({ length: 256 }, (_, byte) => byte) } },
  ),
  dialogue('STOR in ASCII type ends lines with LF', [upload('STOR new', 'a\r\nb\nc\rd\r\n')], {
    leaves: { new: 'a\nb\nc\rd\n' },
  }),
  dialogue('STOR in ASCII type keeps a CR at the end', [upload('STOR new', 'a\r\nb\r')], {
    leaves: { new: 'a\nb\r' },
  }),
  dialogue('STOR of nothing makes an empty file', [image, upload('STOR new', '')], { leaves: { new: '' } }),
  dialogue('STOR of many packets', [image, upload('STOR new', 'x'.repeat(300_000))], {
    leaves: { new: { bytes: 300_000 } },
  }),
  dialogue('STOR replaces a longer file', [image, upload('STOR old', 'x')], {
    ...files,
    leaves: { old: 'x' },
  }),
  dialogue('STOR into a folder', [image, upload('STOR sub/new', 'x'), upload('STOR /sub/abs', 'y')], {
    ...files,
    leaves: { 'sub/new': 'x', 'sub/abs': 'y' },
  }),
  dialogue('STOR takes a name with a space', [image, upload('STOR a b', 'x')], { leaves: { 'a b': 'x' } }),
  dialogue('STOR gives the mode of Umask', [image, upload('STOR new', 'x')], {
    leaves: { new: { mode: 0o644 } },
  }),
  dialogue('Umask 077 keeps others out', [image, upload('STOR new', 'x'), send('MKD dir', 257)], {
    config: ['Umask 077'],
    leaves: { new: { mode: 0o600 }, dir: { mode: 0o700 } },
  }),
  dialogue(
    'the second value of Umask is for folders',
    [image, upload('STOR new', 'x'), send('MKD dir', 257)],
    { config: ['Umask 027 077'], leaves: { new: { mode: 0o640 }, dir: { mode: 0o700 } } },
  ),
  dialogue('STOR needs a name', [refused('STOR', 500)]),
  dialogue(
    'STOR on a folder is refused',
    [refused('STOR sub', 550), refused('STOR /', 550), refused('STOR .', 550)],
    files,
  ),
  dialogue('STOR into a missing folder is refused', [refused('STOR nosuch/new', 550)], {
    leaves: { nosuch: null },
  }),
  dialogue(
    'STOR without permission on the file is refused',
    [refused('STOR closed', 550, 'closed: Permission denied')],
    { ...files, leaves: { closed: 's' } },
  ),
  dialogue(
    'STOR without permission in the folder is refused',
    [refused('STOR locked/new', 550, 'locked/new: Permission denied')],
    files,
  ),
  dialogue('STOR through a dangling link is refused', [refused('STOR gone', 550)], {
    ...files,
    leaves: { nowhere: null },
  }),
  dialogue('STOR through a link out of the root is refused', [refused('STOR out', 550)], {
    ...files,
    leaves: { '../../../../etc/ftpd-test-outside': null },
  }),
  dialogue('STOR without a data connection answers 425', [image, send('STOR new', 425)]),
  dialogue('AllowOverwrite off protects a file', [image, refused('STOR old', 550), upload('STOR new', 'x')], {
    ...files,
    config: ['AllowOverwrite off'],
    leaves: { old: '0123456789', new: 'x' },
  }),
  dialogue(
    'REST and STOR write in the middle of a file',
    [image, send('REST 4', 350), upload('STOR old', 'AB')],
    { ...files, config: ['AllowStoreRestart on'], leaves: { old: '0123AB6789' } },
  ),
  dialogue('REST at the end and STOR append', [image, send('REST 10', 350), upload('STOR old', 'AB')], {
    ...files,
    config: ['AllowStoreRestart on'],
    leaves: { old: '0123456789AB' },
  }),
  dialogue(
    'REST behind the end and STOR is refused',
    [image, send('REST 20', 350), refused('STOR old', 554)],
    { ...files, config: ['AllowStoreRestart on'], leaves: { old: '0123456789' } },
  ),
  dialogue('REST and STOR need AllowStoreRestart', [image, send('REST 4', 350), refused('STOR old', 451)], {
    ...files,
    leaves: { old: '0123456789' },
  }),
  dialogue('APPE adds to a file', [image, upload('APPE old', 'AB')], {
    ...files,
    config: ['AllowStoreRestart on'],
    leaves: { old: '0123456789AB' },
  }),
  dialogue('APPE makes a missing file', [image, upload('APPE new', 'AB')], { leaves: { new: 'AB' } }),
  dialogue(
    'APPE in ASCII type ends lines with LF',
    [upload('APPE new', 'a\r\n'), upload('APPE new', 'b\r\n')],
    { config: ['AllowStoreRestart on'], leaves: { new: 'a\nb\n' } },
  ),
  dialogue('APPE needs a name', [refused('APPE', 500)]),
  dialogue('APPE on a folder is refused', [refused('APPE sub', 550)], files),
  dialogue('APPE without permission is refused', [refused('APPE closed', 550)], {
    ...files,
    config: ['AllowStoreRestart on'],
    leaves: { closed: 's' },
  }),
  dialogue(
    'APPE needs AllowStoreRestart for a file that is there',
    [image, refused('APPE old', 451), upload('APPE new', 'x')],
    { ...files, leaves: { old: '0123456789', new: 'x' } },
  ),
  dialogue('APPE needs no AllowOverwrite', [image, upload('APPE old', 'AB')], {
    ...files,
    config: ['AllowOverwrite off', 'AllowStoreRestart on'],
    leaves: { old: '0123456789AB' },
  }),
  dialogue('STOU makes a name and tells it', [
    image,
    upload('STOU', 'abc', { opening: /^FILE: ftp[\w-]{6}$/ }),
  ]),
  dialogue('REST before STOU is refused', [image, send('REST 3', 350), refused('STOU', 550)], {
    config: ['AllowStoreRestart on'],
  }),
  dialogue('RANG before APPE is refused', [image, send('RANG 2 3', 350), refused('APPE old', 550)], {
    ...files,
    config: ['AllowStoreRestart on'],
    leaves: { old: '0123456789' },
  }),
  dialogue('what was stored can be fetched', [
    image,
    upload('STOR new', 'round trip'),
    download('RETR new', 'round trip'),
    send('SIZE new', 213, '10'),
  ]),
  dialogue('HiddenStores shows the file only when it is whole', [image, upload('STOR new', 'abc')], {
    config: ['HiddenStores on'],
    leaves: { new: 'abc', '.in.new.': null },
  }),
  dialogue('HiddenStores leaves APPE as it is', [image, upload('APPE old', 'AB')], {
    ...files,
    config: ['HiddenStores on', 'AllowStoreRestart on'],
    leaves: { old: '0123456789AB' },
  }),
  dialogue(
    'HiddenStores takes a REST and STOR as refused',
    [image, send('REST 4', 350), refused('STOR old', 501)],
    { ...files, config: ['HiddenStores on', 'AllowStoreRestart on'], leaves: { old: '0123456789' } },
  ),
  dialogue('ALLO is not needed', [send('ALLO 100', 202), send('ALLO 100 R 10', 202)]),
  dialogue('ALLO wants a number', [send('ALLO x', 504), send('ALLO', 504)]),
  dialogue(
    'MFMT sets the date',
    [
      send('MFMT 20240203040506 old', 213, 'Modify=20240203040506; old'),
      send('MDTM old', 213, '20240203040506'),
    ],
    { ...files, leaves: { old: { mtime: '2024-02-03T04:05:06Z' } } },
  ),
  dialogue('MFMT sets the date of a folder', [send('MFMT 20240203040506 sub', 213)], {
    ...files,
    leaves: { sub: { mtime: '2024-02-03T04:05:06Z' } },
  }),
  dialogue('MFMT takes a name with a space', [send('MFMT 20240203040506 a b', 213)], {
    files: { 'a b': 'x' },
    leaves: { 'a b': { mtime: '2024-02-03T04:05:06Z' } },
  }),
  dialogue(
    'MFMT wants a date and a name',
    [
      send('MFMT', 501),
      send('MFMT 20240203040506', 501),
      send('MFMT 2024 old', 501),
      send('MFMT 20241301000000 old', 501),
      send('MFMT 20240203040506 nosuch', 550),
    ],
    files,
  ),
  dialogue('MFF sets the date', [send('MFF modify=20240203040506; old', 213, 'modify=20240203040506; old')], {
    ...files,
    leaves: { old: { mtime: '2024-02-03T04:05:06Z' } },
  }),
  dialogue('MFF sets the mode', [send('MFF UNIX.mode=0600; old', 213)], {
    ...files,
    leaves: { old: { mode: 0o600 } },
  }),
  dialogue(
    'MFF sets several facts, not about case',
    [send('MFF Modify=20240203040506;unix.MODE=0640; old', 213)],
    { ...files, leaves: { old: { mode: 0o640, mtime: '2024-02-03T04:05:06Z' } } },
  ),
  dialogue(
    'MFF refuses facts it cannot set',
    [send('MFF size=1; old', 504), send('MFF nosuch=1; old', 504)],
    { ...files, leaves: { old: '0123456789' } },
  ),
  dialogue(
    'MFF wants facts and a name',
    [
      send('MFF', 501),
      send('MFF modify=20240203040506;', 501),
      send('MFF modify=x; old', 501),
      send('MFF modify=20240203040506; nosuch', 550),
    ],
    files,
  ),
];

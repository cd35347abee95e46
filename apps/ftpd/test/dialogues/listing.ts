import {
  dialogue,
  download,
  list,
  matching,
  names,
  refused,
  send,
  type Dialogue,
  type DialogueOptions,
} from './dialogue.ts';

const DATE = '2024-02-03T04:05:06Z';
const tree: DialogueOptions = {
  files: {
    'a.txt': { content: 'hello world\n', mtime: DATE },
    'b.bin': { content: 'x'.repeat(2000), mtime: '2024-03-01T00:00:00Z' },
    '.hidden': { content: 'h', mtime: DATE },
    'sub/x': { content: 'x', mtime: DATE },
    'sub/deep/': '',
    link: { link: 'a.txt' },
    'with space': { content: 'y', mtime: '2024-01-01T00:00:00Z' },
  },
};

const A = '-rw-r--r-- 12 a.txt';
const B = '-rw-r--r-- 2000 b.bin';
const HIDDEN = '-rw-r--r-- 1 .hidden';
const LINK = 'lrwxrwxrwx 5 link -> a.txt';
const SUB = 'drwxr-xr-x sub';
const SPACE = '-rw-r--r-- 1 with space';
const ALL = [A, B, LINK, SUB, SPACE];
const IN_SUB = ['drwxr-xr-x deep', '-rw-r--r-- 1 x'];

/** LIST and its options, STAT of a path. */
export const listing: readonly Dialogue[] = [
  dialogue('LIST shows the working folder in byte order without hidden names', [list('LIST', ALL)], tree),
  dialogue('LIST shows a named folder', [list('LIST sub', IN_SUB), list('LIST /sub/', IN_SUB)], tree),
  dialogue(
    'LIST of a file shows the file by the name as given',
    [list('LIST a.txt', [A]), list('LIST /sub/x', ['-rw-r--r-- 1 /sub/x'])],
    tree,
  ),
  dialogue('LIST of a name with a space', [list('LIST with space', [SPACE])], tree),
  dialogue('LIST of an empty folder is empty', [list('LIST sub/deep', [])], tree),
  dialogue(
    'LIST of a missing name opens the transfer and then fails',
    [list('LIST nosuch', [], { end: 450 })],
    tree,
  ),
  dialogue('LIST of a closed folder is empty', [list('LIST closed', [])], {
    files: { 'closed/x': '', 'closed/': { mode: 0 } },
  }),
  dialogue(
    'LIST -a shows hidden names, dot and dot-dot',
    [list('LIST -a', ['drwxr-xr-x .', 'drwxr-xr-x ..', HIDDEN, ...ALL])],
    tree,
  ),
  dialogue('LIST -A shows hidden names without dot and dot-dot', [list('LIST -A', [HIDDEN, ...ALL])], tree),
  dialogue('LIST -l is LIST', [list('LIST -l', ALL)], tree),
  dialogue(
    'LIST -la joins options',
    [list('LIST -la', ['drwxr-xr-x .', 'drwxr-xr-x ..', HIDDEN, ...ALL])],
    tree,
  ),
  dialogue(
    'LIST -1 shows names only',
    [list('LIST -1', ['a.txt', 'b.bin', 'link', 'sub', 'with space'])],
    tree,
  ),
  dialogue(
    'LIST -S shows the biggest first',
    [list('LIST -S big', ['-rw-r--r-- 20 two', '-rw-r--r-- 10 one', '-rw-r--r-- 1 three'])],
    { files: { 'big/one': 'x'.repeat(10), 'big/two': 'x'.repeat(20), 'big/three': 'x' } },
  ),
  dialogue(
    'LIST -t shows the newest first',
    [list('LIST -t dated', ['-rw-r--r-- 1 new', '-rw-r--r-- 1 mid', '-rw-r--r-- 1 old'])],
    {
      files: {
        'dated/mid': { content: 'x', mtime: '2024-02-01T00:00:00Z' },
        'dated/new': { content: 'x', mtime: '2024-03-01T00:00:00Z' },
        'dated/old': { content: 'x', mtime: '2024-01-01T00:00:00Z' },
      },
    },
  ),
  dialogue(
    'LIST -tr shows the oldest first',
    [list('LIST -tr dated', ['-rw-r--r-- 1 old', '-rw-r--r-- 1 mid', '-rw-r--r-- 1 new'])],
    {
      files: {
        'dated/mid': { content: 'x', mtime: '2024-02-01T00:00:00Z' },
        'dated/new': { content: 'x', mtime: '2024-03-01T00:00:00Z' },
        'dated/old': { content: 'x', mtime: '2024-01-01T00:00:00Z' },
      },
    },
  ),
  dialogue(
    'LIST -Sr shows the smallest first',
    [list('LIST -Sr big', ['-rw-r--r-- 1 three', '-rw-r--r-- 10 one', '-rw-r--r-- 20 two'])],
    { files: { 'big/one': 'x'.repeat(10), 'big/two': 'x'.repeat(20), 'big/three': 'x' } },
  ),
  dialogue('LIST -r alone does not turn the order', [list('LIST -r', ALL)], tree),
  dialogue('LIST -F marks folders', [list('LIST -F', [A, B, LINK, `${SUB}/`, SPACE])], tree),
  dialogue('LIST -R descends', [list('LIST -R', [...ALL, '', 'sub:', ...IN_SUB, '', 'sub/deep:'])], tree),
  dialogue(
    'LIST -R of a folder names folders relative to it',
    [list('LIST -R sub', [...IN_SUB, '', 'sub/deep:'])],
    tree,
  ),
  dialogue('LIST -d shows the folder itself', [list('LIST -d sub', [SUB])], tree),
  dialogue('LIST -d without a path shows the working folder', [list('LIST -d', [], { end: 'closed' })], tree),
  dialogue(
    'LIST -L shows what a link means',
    [list('LIST -L', [A, B, '-rw-r--r-- 12 link', SUB, SPACE])],
    tree,
  ),
  dialogue('LIST -h shows sizes for people', [list('LIST -h b.bin', ['-rw-r--r-- 2.0k b.bin'])], tree),
  dialogue(
    'LIST -n shows numbers of owners',
    [matching('LIST -n a.txt', /^-rw-r--r-- +1 \d+ +\d+ +12 Feb  3  2024 a\.txt\r\n$/)],
    tree,
  ),
  dialogue('LIST ignores letters it does not know', [list('LIST -z', ALL)], tree),
  dialogue(
    'LIST takes options before a path',
    [list('LIST -a sub', ['drwxr-xr-x .', 'drwxr-xr-x ..', ...IN_SUB])],
    tree,
  ),
  dialogue(
    'LIST shows a date of another year with the year',
    [matching('LIST a.txt', /^-rw-r--r-- +1 \S+ +\S+ +12 Feb  3  2024 a\.txt\r\n$/)],
    tree,
  ),
  dialogue(
    'LIST shows a date of these days with the time',
    [matching('LIST fresh', /^-rw-r--r-- +1 \S+ +\S+ +1 [A-Z][a-z]{2} [ \d]\d \d\d:\d\d fresh\r\n$/)],
    { files: { fresh: 'x' } },
  ),
  dialogue('LIST shows special permission bits', [list('LIST tool', ['-rwsr-xr-t 1 tool'])], {
    files: { tool: { content: 'x', mode: 0o5755 } },
  }),
  dialogue('LIST expands a star', [list('LIST *.txt', [A])], tree),
  dialogue('LIST expands a question mark', [list('LIST ?.bin', [B])], tree),
  dialogue('LIST expands a character class', [list('LIST [ab]*', [A, B])], tree),
  dialogue('LIST of a pattern without a match is empty', [list('LIST *nosuch*', [])], tree),
  dialogue(
    'LIST of a pattern shows a folder as an entry if it is the only match',
    [list('LIST su*', [SUB])],
    tree,
  ),
  dialogue(
    'LIST of a pattern in a folder',
    [list('LIST sub/*', ['drwxr-xr-x sub/deep', '-rw-r--r-- 1 sub/x'])],
    tree,
  ),
  dialogue('LIST of a pattern leaves hidden names out', [list('LIST *hidden', [])], tree),
  dialogue('LIST of dot-dot in the root is the root', [list('LIST ..', ALL)], tree),
  dialogue('LIST does not pass a link out of the root', [list('LIST out/', [], { end: 450 })], {
    files: { out: { link: '/etc' } },
  }),
  dialogue('LIST of a dangling link fails', [list('LIST gone', [], { end: 450 })], {
    files: { gone: { link: 'nowhere' } },
  }),
  dialogue('LIST shows a dangling link in its folder', [list('LIST', ['lrwxrwxrwx 7 gone -> nowhere'])], {
    files: { gone: { link: 'nowhere' } },
  }),
  dialogue('LIST shows a link to a folder as a link', [list('LIST', [SUB, 'lrwxrwxrwx 3 toSub -> sub'])], {
    files: { 'sub/': '', toSub: { link: 'sub' } },
  }),
  dialogue('ShowSymlinks off shows what a link means', [list('LIST', [SUB, 'drwxr-xr-x toSub'])], {
    files: { 'sub/': '', toSub: { link: 'sub' } },
    config: ['ShowSymlinks off'],
  }),
  dialogue(
    'ListOptions adds to what a client asks',
    [list('LIST', ['drwxr-xr-x .', 'drwxr-xr-x ..', HIDDEN, ...ALL])],
    { ...tree, config: ['ListOptions "-a"'] },
  ),
  dialogue('ListOptions strict ignores what a client asks', [list('LIST -a', ALL)], {
    ...tree,
    config: ['ListOptions "-l" strict'],
  }),
  dialogue(
    'listings are text whatever TYPE says',
    [send('TYPE I', 200), download('LIST -1', 'a.txt\r\nb.bin\r\nlink\r\nsub\r\nwith space\r\n')],
    tree,
  ),
  dialogue('LIST without a data connection answers 425', [send('LIST', 425)], tree),
  dialogue('NLST gives names', [names('NLST', ['a.txt', 'b.bin', 'link', 'sub', 'with space'])], tree),
  dialogue(
    'NLST of a folder puts the folder before the names',
    [names('NLST sub', ['sub/deep', 'sub/x']), names('NLST /sub', ['/sub/deep', '/sub/x'])],
    tree,
  ),
  dialogue('NLST of a file gives its name', [names('NLST a.txt', ['a.txt'])], tree),
  dialogue('NLST of a missing name is refused', [refused('NLST nosuch', 450)], tree),
  dialogue('NLST of an empty folder is empty', [names('NLST sub/deep', [])], tree),
  dialogue(
    'NLST -a gives hidden names',
    [names('NLST -a', ['.', '..', '.hidden', 'a.txt', 'b.bin', 'link', 'sub', 'with space'])],
    tree,
  ),
  dialogue(
    'NLST expands a pattern',
    [names('NLST *.txt', ['a.txt']), names('NLST sub/*', ['sub/deep', 'sub/x'])],
    tree,
  ),
  dialogue('NLST of a pattern without a match is refused', [refused('NLST *nosuch*', 450)], tree),
  dialogue('NLST leaves dangling links out', [names('NLST', ['file'])], {
    files: { file: '', gone: { link: 'nowhere' } },
  }),
  dialogue(
    'NLST of dot gives bare names',
    [names('NLST .', ['a.txt', 'b.bin', 'link', 'sub', 'with space'])],
    tree,
  ),
  dialogue(
    'STAT of a file lists it in the reply',
    [
      send(
        'STAT a.txt',
        213,
        /^Status of a\.txt:\n -rw-r--r-- +1 \S+ +\S+ +12 Feb  3  2024 a\.txt\nEnd of status$/,
      ),
    ],
    tree,
  ),
  dialogue(
    'STAT of a folder lists it in the reply',
    [send('STAT sub', 212, /^Status of sub:\n(?: .+\n)+End of status$/)],
    tree,
  ),
  dialogue(
    'STAT of a missing name is refused',
    [send('STAT nosuch', 450, 'nosuch: No such file or directory')],
    tree,
  ),
  dialogue('STAT alone tells the state of the session', [send('STAT', 211, /Logged in as user\d+/)]),
];

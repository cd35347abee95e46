import { dialogue, facts, matching, refused, send, type Dialogue, type DialogueOptions } from './dialogue.ts';

const tree: DialogueOptions = {
  files: {
    'a.txt': { content: 'hello world\n', mtime: '2024-02-03T04:05:06Z' },
    '.hidden': 'h',
    'sub/x': { content: 'x', mtime: '2024-02-03T04:05:06Z' },
    'sub/deep/': { mtime: '2024-02-03T04:05:07Z' },
    'with space': 'y',
  },
};

/** MLST, MLSD and OPTS MLST (RFC 3659 §7). */
export const machineListing: readonly Dialogue[] = [
  dialogue(
    'MLSD gives every name with its facts',
    [
      facts('MLSD', [
        '. type=cdir',
        '.. type=pdir',
        '.hidden type=file;size=1',
        'a.txt type=file;size=12;modify=20240203040506',
        'sub type=dir',
        'with space type=file;size=1',
      ]),
    ],
    tree,
  ),
  dialogue(
    'MLSD of a folder gives bare names',
    [
      facts('MLSD sub', [
        '. type=cdir',
        '.. type=pdir',
        'deep type=dir;modify=20240203040507',
        'x type=file;size=1;modify=20240203040506',
      ]),
    ],
    tree,
  ),
  dialogue('MLSD of a file is refused', [refused('MLSD a.txt', 550)], tree),
  dialogue(
    'MLSD of a missing folder is refused',
    [refused('MLSD nosuch', 550, 'nosuch: No such file or directory')],
    tree,
  ),
  dialogue('MLSD takes no options', [refused('MLSD -a', 550)], tree),
  dialogue('MLSD takes no pattern', [refused('MLSD *', 550)], tree),
  dialogue('MLSD of a closed folder is refused', [refused('MLSD closed', 550)], {
    files: { 'closed/': { mode: 0 } },
  }),
  dialogue('MLSD through a link out of the root is refused', [refused('MLSD out', 550)], {
    files: { out: { link: '/etc' } },
  }),
  dialogue(
    'MLSD leaves dangling links out',
    [facts('MLSD', ['. type=cdir', '.. type=pdir', 'file type=file;size=0'])],
    { files: { file: '', gone: { link: 'nowhere' } } },
  ),
  dialogue(
    'MLSD shows a link as a link',
    [facts('MLSD', ['. type=cdir', '.. type=pdir', 'file type=file;size=0', 'link type=OS.unix=symlink'])],
    { files: { file: '', link: { link: 'file' } } },
  ),
  dialogue(
    'MLSD gives the facts in the order of FEAT',
    [
      matching(
        'MLSD sub/',
        /(?:^|\n)modify=\d{14};perm=[a-z]+;size=1;type=file;unique=[^;]+;UNIX\.group=\d+;UNIX\.groupname=[^;]+;UNIX\.mode=0644;UNIX\.owner=\d+;UNIX\.ownername=[^;]+; x\r\n/,
      ),
    ],
    tree,
  ),
  dialogue('MLSD without a data connection answers 425', [send('MLSD', 425)], tree),
  dialogue(
    'MLST of a file gives its facts on the control connection',
    [
      send(
        'MLST a.txt',
        250,
        /^Start of list for a\.txt\n modify=20240203040506;perm=[a-z]+;size=12;type=file;\S+ \/a\.txt\nEnd of list$/,
      ),
    ],
    tree,
  ),
  dialogue(
    'MLST without a name is about the working folder',
    [
      send('CWD sub', 250),
      send('MLST', 250, /^Start of list for \/sub\n \S*type=dir;\S* \/sub\nEnd of list$/),
    ],
    tree,
  ),
  dialogue('MLST of a name with a space', [send('MLST with space', 250, / \/with space\n/)], tree),
  dialogue('MLST of a missing name is refused', [send('MLST nosuch', 550)], tree),
  dialogue('MLST follows a link', [send('MLST link', 250, /type=file;\S* \/link\n/)], {
    files: { file: 'x', link: { link: 'file' } },
  }),
  dialogue(
    'OPTS MLST chooses facts',
    [
      send('OPTS MLST size;type;', 200, 'MLST OPTS size;type;'),
      send('MLST a.txt', 250, /\n size=12;type=file; \/a\.txt\n/),
    ],
    tree,
  ),
  dialogue(
    'OPTS MLST ignores facts it does not know',
    [
      send('OPTS MLST type;nosuch;', 200, 'MLST OPTS type;'),
      send('MLST a.txt', 250, /\n type=file; \/a\.txt\n/),
    ],
    tree,
  ),
  dialogue(
    'OPTS MLST is not about case',
    [send('OPTS MLST Type;SIZE;', 200), send('MLST a.txt', 250, /\n size=12;type=file; \/a\.txt\n/)],
    tree,
  ),
  dialogue(
    'OPTS MLST without facts leaves none',
    [send('OPTS MLST', 200), send('MLST a.txt', 250, /\n {1,2}\/a\.txt\n/)],
    tree,
  ),
];

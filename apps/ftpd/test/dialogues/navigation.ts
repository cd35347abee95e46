import { dialogue, send, type Dialogue, type DialogueOptions } from './dialogue.ts';

const folders: DialogueOptions = {
  files: {
    'sub/deep/': '',
    'file.txt': 'hello',
    'quo"te/': '',
    'with space/': '',
    toSub: { link: 'sub' },
    nowhere: { link: 'gone' },
    'closed/': { mode: 0 },
    outside: { link: '/etc' },
    'äö/': '',
  },
};

function at(path: string): string {
  return `"${path}" is the current directory`;
}

/** CWD, CDUP, PWD and their X forms. */
export const navigation: readonly Dialogue[] = [
  dialogue('a session starts in the root of its jail', [
    send('PWD', 257, at('/')),
    send('XPWD', 257, at('/')),
  ]),
  dialogue(
    'CWD enters a folder and CDUP leaves it',
    [
      send('CWD sub', 250),
      send('PWD', 257, at('/sub')),
      send('CWD deep', 250),
      send('PWD', 257, at('/sub/deep')),
      send('CDUP', 250),
      send('PWD', 257, at('/sub')),
    ],
    folders,
  ),
  dialogue(
    'CWD takes absolute paths',
    [
      send('CWD /sub/deep', 250),
      send('PWD', 257, at('/sub/deep')),
      send('CWD /', 250),
      send('PWD', 257, at('/')),
    ],
    folders,
  ),
  dialogue(
    'doubled and trailing slashes mean nothing',
    [send('CWD //sub//deep/', 250), send('PWD', 257, at('/sub/deep'))],
    folders,
  ),
  dialogue('dots are resolved', [send('CWD /sub/./deep/..', 250), send('PWD', 257, at('/sub'))], folders),
  dialogue('CDUP in the root stays in the root', [send('CDUP', 250), send('PWD', 257, at('/'))]),
  dialogue(
    'dots do not leave the root',
    [
      send('CWD ../../..', 250),
      send('PWD', 257, at('/')),
      send('CWD /../../etc', 550),
      send('CWD sub/../../../sub', 250),
      send('PWD', 257, at('/sub')),
    ],
    folders,
  ),
  dialogue(
    'CWD into a missing folder names it',
    [send('CWD nosuch', 550, 'nosuch: No such file or directory'), send('PWD', 257, at('/'))],
    folders,
  ),
  dialogue('CWD into a file is refused', [send('CWD file.txt', 550)], folders),
  dialogue(
    'CWD into a folder without permission is refused',
    [send('CWD closed', 550, 'closed: Permission denied'), send('PWD', 257, at('/'))],
    folders,
  ),
  dialogue(
    'CWD follows a link inside the root',
    [send('CWD toSub', 250), send('PWD', 257, at('/sub'))],
    folders,
  ),
  dialogue('CWD through a dangling link is refused', [send('CWD nowhere', 550)], folders),
  dialogue(
    'CWD through a link out of the root is refused',
    [send('CWD outside', 550), send('PWD', 257, at('/'))],
    folders,
  ),
  dialogue(
    'a quotation mark in a path is doubled',
    [send('CWD quo"te', 250), send('PWD', 257, at('/quo""te'))],
    folders,
  ),
  dialogue(
    'a path may hold spaces',
    [send('CWD with space', 250), send('PWD', 257, at('/with space'))],
    folders,
  ),
  dialogue('a path may hold UTF-8', [send('CWD äö', 250), send('PWD', 257, at('/äö'))], folders),
  dialogue(
    'a space before a name belongs to the name',
    [send('CWD  sub', 550), send('PWD', 257, at('/'))],
    folders,
  ),
  dialogue(
    'the X forms do the same',
    [send('XCWD sub', 250), send('XPWD', 257, at('/sub')), send('XCUP', 250), send('PWD', 257, at('/'))],
    folders,
  ),
  dialogue('CWD needs a path', [send('CWD', 501)]),
  dialogue('CDUP takes no argument', [send('CDUP x', 501)]),
  dialogue('PWD takes no argument', [send('PWD x', 501)]),
  dialogue(
    'a tilde before a slash is the home',
    [send('CWD /sub/deep', 250), send('CWD ~/sub', 250), send('PWD', 257, at('/sub'))],
    folders,
  ),
  dialogue('CWD takes no pattern', [send('CWD s*', 550)], folders),
  dialogue('a name of 300 characters does not exist', [send(`CWD ${'x'.repeat(300)}`, 550)]),
  dialogue(
    'commands may be in any case',
    [send('cWd sub', 250), send('pwd', 257, at('/sub')), send('cdup', 250)],
    folders,
  ),
  dialogue(
    'a removed working folder leaves CDUP possible',
    [
      send('CWD sub/deep', 250),
      send('RMD /sub/deep', 250),
      send('CWD /sub', 250),
      send('PWD', 257, at('/sub')),
    ],
    folders,
  ),
  dialogue(
    'without DefaultRoot paths are real',
    [
      send('PWD', 257, /^"\/.*homes\/user\d+" is the current directory$/),
      send('CWD {home}/sub', 250),
      send('PWD', 257, /homes\/user\d+\/sub"/),
    ],
    { ...folders, config: ['DefaultRoot /'] },
  ),
  dialogue('DefaultChdir is where a session starts', [send('PWD', 257, at('/start')), send('CWD /', 250)], {
    files: { 'start/': '' },
    config: ['DefaultChdir /start'],
  }),
];

import { dialogue, download, send, type Dialogue } from './dialogue.ts';

/** TYPE, STRU, MODE, OPTS, FEAT, HELP, SYST, CLNT, CSID, LANG, HOST, SITE. */
export const parameters: readonly Dialogue[] = [
  dialogue('TYPE takes A, I and L 8', [
    send('TYPE A', 200),
    send('TYPE I', 200),
    send('TYPE L 8', 200),
    send('TYPE A N', 200),
  ]),
  dialogue('TYPE is not about case', [send('TYPE i', 200), send('TYPE a', 200)]),
  dialogue('TYPE L 8 gives the bytes', [send('TYPE L 8', 200), download('RETR file', 'a\nb')], {
    files: { file: 'a\nb' },
  }),
  dialogue('TYPE of other types is refused', [
    send('TYPE E', 504),
    send('TYPE X', 504),
    send('TYPE L', 504),
    send('TYPE', 500),
  ]),
  dialogue('STRU takes F only', [
    send('STRU F', 200),
    send('STRU f', 200),
    send('STRU R', 504),
    send('STRU P', 504),
    send('STRU X', 501),
    send('STRU', 501),
  ]),
  dialogue('MODE takes S only', [
    send('MODE S', 200),
    send('MODE s', 200),
    send('MODE B', 504),
    send('MODE C', 504),
    send('MODE X', 501),
    send('MODE', 501),
  ]),
  dialogue('NOOP does nothing', [send('NOOP', 200), send('NOOP with argument', 200)]),
  dialogue('SYST says UNIX', [send('SYST', 215, 'UNIX Type: L8')]),
  dialogue('FEAT names what RFC 3659 asks for', [
    send('FEAT', 211, /^Features:\n(?: .+\n)+End$/),
    send('FEAT', 211, /\n MDTM\n/),
    send('FEAT', 211, /\n REST STREAM\n/),
    send('FEAT', 211, /\n SIZE\n/),
    send('FEAT', 211, /\n TVFS\n/),
  ]),
  dialogue('FEAT names MLST with its facts', [
    send(
      'FEAT',
      211,
      /\n MLST modify\*;perm\*;size\*;type\*;unique\*;UNIX\.group\*;UNIX\.groupname\*;UNIX\.mode\*;UNIX\.owner\*;UNIX\.ownername\*;\n/,
    ),
  ]),
  dialogue('FEAT marks the facts that OPTS MLST chose', [
    send('OPTS MLST type;size;', 200),
    send('FEAT', 211, /\n MLST modify;perm;size\*;type\*;unique;/),
  ]),
  dialogue('FEAT names data connections, UTF8 and what can be set', [
    send('FEAT', 211, /\n EPRT\n EPSV\n/),
    send('FEAT', 211, /\n UTF8\n/),
    send('FEAT', 211, /\n MFMT\n/),
    send('FEAT', 211, /\n MFF modify;UNIX\.group;UNIX\.mode;\n/),
    send('FEAT', 211, /\n HOST\n/),
  ]),
  dialogue('FEAT takes no argument', [send('FEAT x', 501)]),
  dialogue('OPTS UTF8 goes on and off', [
    send('OPTS UTF8 ON', 200),
    send('OPTS UTF8 OFF', 200),
    send('OPTS utf8 on', 200),
  ]),
  dialogue('OPTS UTF8 wants on or off', [send('OPTS UTF8', 501), send('OPTS UTF8 maybe', 501)]),
  dialogue('OPTS of other commands is refused', [
    send('OPTS', 501),
    send('OPTS HASH SHA-1', 500),
    send('OPTS NOSUCH', 500),
  ]),
  dialogue('HELP lists the commands', [
    send('HELP', 214, /^The following commands are recognized/),
    send('HELP', 214, /RETR/),
  ]),
  dialogue('HELP explains one command', [send('HELP STOR', 214, /STOR/), send('HELP nosuch', 502)]),
  dialogue('CLNT is taken with or without a name', [send('CLNT lftp', 200), send('CLNT', 200)]),
  dialogue('CSID tells who serves', [send('CSID name=test;', 200, /^name=\w+;.*casesensitive=1;$/)]),
  dialogue('an unknown command is not understood', [
    send('XYZZY', 500),
    send('XYZZY with arguments', 500),
    send('12345', 500),
  ]),
  dialogue('commands of TLS are unknown without TLS', [
    send('AUTH TLS', 500),
    send('PBSZ 0', 500),
    send('PROT P', 500),
    send('CCC', 500),
  ]),
  dialogue('HOST after login is out of order', [send('HOST localhost', 503)]),
  dialogue(
    'HOST of an unknown name is refused',
    [send('HOST nosuch.example', 504), send('USER {user}', 331), send('PASS test', 230)],
    { login: false },
  ),
  dialogue('HOST needs a name', [send('HOST', 500)], { login: false }),
  dialogue('LANG before login is answered', [send('LANG', 200), send('LANG xx', 504)], { login: false }),
  dialogue('SITE needs a command', [send('SITE', 500), send('SITE NOSUCH', 500)]),
  dialogue('SITE HELP lists its commands', [
    send('SITE HELP', 214, /CHMOD/),
    send('SITE HELP', 214, /CHGRP/),
  ]),
  dialogue('SITE CHMOD sets the mode', [send('SITE CHMOD 600 file', 200), send('site chmod 0640 a b', 200)], {
    files: { file: 'x', 'a b': 'x' },
    leaves: { file: { mode: 0o600 }, 'a b': { mode: 0o640 } },
  }),
  dialogue(
    'SITE CHMOD refuses what is no mode',
    [
      send('SITE CHMOD 999 file', 550),
      send('SITE CHMOD', 500),
      send('SITE CHMOD 644', 500),
      send('SITE CHMOD 644 nosuch', 550),
    ],
    { files: { file: { content: 'x', mode: 0o644 } }, leaves: { file: { mode: 0o644 } } },
  ),
  dialogue(
    'SITE CHMOD takes letters',
    [send('SITE CHMOD u+x file', 200, 'SITE CHMOD command successful'), send('SITE CHMOD go-r file', 200)],
    { files: { file: { content: 'x', mode: 0o644 } }, leaves: { file: { mode: 0o700 } } },
  ),
  dialogue(
    'SITE CHGRP wants a group and a name',
    [send('SITE CHGRP', 500), send('SITE CHGRP nosuchgroup file', 550)],
    { files: { file: 'x' } },
  ),
  dialogue('SITE UTIME sets the date', [send('SITE UTIME 20240203040506 file', 200)], {
    files: { file: 'x' },
    leaves: { file: { mtime: '2024-02-03T04:05:06Z' } },
  }),
  dialogue('SITE UTIME takes a date without seconds', [send('SITE UTIME 202402030405 file', 200)], {
    files: { file: 'x' },
    leaves: { file: { mtime: '2024-02-03T04:05:00Z' } },
  }),
  dialogue(
    'SITE UTIME takes three dates behind the name',
    [send('SITE UTIME file 20240203040506 20240203040506 20240203040506 UTC', 200)],
    { files: { file: 'x' }, leaves: { file: { mtime: '2024-02-03T04:05:06Z' } } },
  ),
  dialogue(
    'SITE UTIME refuses what is no date',
    [
      send('SITE UTIME', 500),
      send('SITE UTIME 2024 file', 500),
      send('SITE UTIME 20240203040506 nosuch', 550),
    ],
    { files: { file: 'x' } },
  ),
  dialogue(
    'SITE SYMLINK makes a link that holds a path from the root',
    [
      send('SITE SYMLINK folder/../file link', 200, 'SITE SYMLINK command successful'),
      send('CWD folder', 250),
      send('SITE SYMLINK file link', 200),
      send('SITE SYMLINK ../file up', 200),
      download('RETR up', 'x'),
    ],
    {
      files: { file: 'x', 'folder/file': 'y' },
      leaves: {
        link: { link: '/file' },
        'folder/link': { link: '/folder/file' },
        'folder/up': { link: '/file' },
      },
    },
  ),
  dialogue(
    'SITE SYMLINK to nothing is refused',
    [send('SITE SYMLINK nothing link', 550, 'SYMLINK nothing link: No such file or directory')],
    { leaves: { link: null } },
  ),
  dialogue(
    'SITE SYMLINK over a name that is there is refused',
    [send('SITE SYMLINK file other', 550), send('SITE SYMLINK', 500)],
    { files: { file: 'x', other: 'y' }, leaves: { other: 'y' } },
  ),
  dialogue(
    'SITE MKDIR makes all folders of a path',
    [send('SITE MKDIR a/b/c', 200), send('SITE MKDIR a/b/c', 200)],
    { leaves: { 'a/b/c': { isFolder: true } } },
  ),
  dialogue('SITE RMDIR removes a tree', [send('SITE RMDIR a', 200)], {
    files: { 'a/b/c': 'x' },
    leaves: { a: null },
  }),
  dialogue(
    'SITE RMDIR of what is no folder is refused',
    [send('SITE RMDIR nosuch', 550), send('SITE RMDIR file', 550)],
    { files: { file: 'x' }, leaves: { file: 'x' } },
  ),
  dialogue('ABOR with nothing under way is done', [send('ABOR', 226), send('NOOP', 200)]),
  dialogue('ABOR takes a passive port back', [send('EPSV', 229), send('ABOR', 226), send('RETR file', 425)], {
    files: { file: 'x' },
  }),
];

import { list, raw, send, type DialogueOptions, type Step } from './dialogue.ts';

/** A place where we do not do what ProFTPD 1.3.8 does. */
export interface Difference {
  /** Why ours is meant. */
  readonly reason: string;
  /** What stands in place of the dialogue's expectation for our server. */
  readonly ours: { readonly steps?: readonly Step[] } & DialogueOptions;
}

/** Every known difference, by the dialogue's name. A dialogue that is not named here is the same for both. */
export const differences: Readonly<Record<string, Difference>> = {
  'RNTO before login is refused once': {
    reason: 'ProFTPD sends the same reply twice, which puts every later reply out of step',
    ours: { steps: [send('RNTO x', 530)] },
  },
  'SITE CHMOD before login is refused once': {
    reason: 'ProFTPD sends the same reply twice, which puts every later reply out of step',
    ours: { steps: [send('SITE CHMOD 644 x', 530)] },
  },
  'REIN is not implemented': {
    reason: 'RFC 959 has REIN, and a proxy that keeps connections open needs it',
    ours: { steps: [send('REIN', 220), send('PWD', 530), send('USER {user}', 331), send('PASS test', 230)] },
  },
  'NUL ends a line early': {
    reason: 'a name cannot hold NUL, and what stands behind it must not be dropped silently',
    ours: {
      steps: [raw('NOOP\0\r\n', 501), raw('DELE file\0name\r\n', 501)],
      files: { file: 'x' },
      leaves: { file: 'x' },
    },
  },
  'a line of 5000 bytes is no command': {
    reason: 'ProFTPD drops the line without a reply, and its client waits for one',
    ours: { steps: [raw(`CWD ${'x'.repeat(5000)}\r\nNOOP\r\n`, 500, 200)] },
  },
  'PORT with a seventh number': {
    reason: 'what is no address and port is refused, not half read',
    ours: { steps: [send('PORT 127,0,0,1,200,200,1', 501)] },
  },
  'EPRT of a port above 65535': {
    reason: 'there is no such port; ProFTPD connects to another one',
    ours: { steps: [send('EPRT |1|127.0.0.1|70000|', 501)] },
  },
  'REST of more than any file holds': {
    reason: 'ProFTPD says 350 and then sends the file from its beginning',
    ours: { steps: [send('TYPE I', 200), send('REST 99999999999999999999', 501)] },
  },
  'MFMT of a day that is not in the calendar': {
    reason: 'ProFTPD sets the date of another day',
    ours: { steps: [send('MFMT 20230229000000 old', 501)] },
  },
  'LANG after login': {
    reason: 'ProFTPD cannot read its languages from inside the jail; ours answers as before login',
    ours: { steps: [send('LANG en', 504)] },
  },
  'a tilde alone is a name': {
    reason: 'ProFTPD looks for the real home inside the jail; ours takes a tilde for the home, as it means',
    ours: { steps: [send('CWD ~', 250), send('CWD ~nosuchuser', 550)] },
  },
  'LIST of a tilde alone': {
    reason: 'ProFTPD looks for the real home inside the jail and tells its path to the client',
    ours: { steps: [list('LIST ~', [])] },
  },
  'LIST -r alone does not turn the order': {
    reason: 'ProFTPD documents -r as the reverse order, but 1.3.8 turns only the orders of -t and -S',
    ours: {
      steps: [list('LIST -r', ['-rw-r--r-- 1 c', '-rw-r--r-- 1 b', '-rw-r--r-- 1 a'])],
      files: { a: 'x', b: 'x', c: 'x' },
    },
  },
  'LIST -d without a path shows the working folder': {
    reason: 'the session of ProFTPD 1.3.8 dies',
    ours: { steps: [list('LIST -d', ['drwxr-xr-x .'])] },
  },
  'control characters come back as they are': {
    reason: 'a name that a client sent must not drive the terminal of somebody who reads a log or a reply',
    ours: { steps: [send('CWD a\x1b[31mb', 550, /^[^\x00-\x1f]*$/)] },
  },
};

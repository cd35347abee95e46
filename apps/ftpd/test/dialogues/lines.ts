import { closed, dialogue, raw, send, type Dialogue } from './dialogue.ts';

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Framing, Telnet and pipelining; more in lines.test.ts. */
export const lines: readonly Dialogue[] = [
  dialogue('an empty line is no command', [send('', 500), send('   ', 500), send('NOOP', 200)]),
  dialogue('a line that begins with a space is no command', [send('  NOOP', 500)]),
  dialogue('a space at the end of a command means nothing', [send('NOOP ', 200), send('PWD', 257)]),
  dialogue(
    'a tab parts a command from its argument',
    [send('CWD\tsub', 250), send('PWD', 257, '"/sub" is the current directory')],
    { files: { 'sub/': '' } },
  ),
  dialogue(
    'commands in one packet are answered in order',
    [raw('PWD\r\nCWD sub\r\nPWD\r\nSYST\r\nXYZZY\r\nNOOP\r\n', 257, 250, 257, 215, 500, 200)],
    { files: { 'sub/': '' } },
  ),
  dialogue('commands behind QUIT are not answered', [
    raw('NOOP\r\nQUIT\r\nNOOP\r\nNOOP\r\n', 200, 221),
    closed(),
  ]),
  dialogue(
    'USER and PASS may come in one packet',
    [raw('USER nosuchuser\r\nPASS x\r\nNOOP\r\n', 331, 530, 200)],
    { login: false },
  ),
  dialogue('Telnet IP and Synch before a command are dropped', [raw(bytes('\xff\xf4\xff\xf2NOOP\r\n'), 200)]),
  dialogue('Telnet negotiation is refused and dropped', [
    raw(bytes('\xff\xfb\x01NOOP\r\n'), 200),
    raw(bytes('\xff\xfd\x01NOOP\r\n'), 200),
    raw(bytes('\xff\xfc\x01\xff\xfe\x01NOOP\r\n'), 200),
  ]),
  dialogue('a doubled IAC is a byte of a name', [
    raw(bytes('MKD a\xff\xffb\r\n'), 257),
    raw(bytes('CWD a\xff\xffb\r\n'), 250),
  ]),
  dialogue('Telnet IP in the middle of a line is dropped', [raw(bytes('NO\xff\xf4\xff\xf2OP\r\n'), 200)]),
  dialogue('ABOR behind Telnet IP and Synch is done', [raw(bytes('\xff\xf4\xff\xf2ABOR\r\n'), 226)]),
  dialogue('CR NUL is a CR of a name', [raw(bytes('CWD a\r\0b\r\n'), 550)]),
  dialogue('NUL ends a line early', [raw(bytes('NOOP\0\r\n'), 200)]),
  dialogue('a line of 5000 bytes is no command', [raw(`CWD ${'x'.repeat(5000)}\r\nNOOP\r\n`, 200)]),
  dialogue('control characters come back as they are', [send('CWD a\x1b[31mb', 550, /\x1b/)]),
  dialogue('format letters of C mean nothing', [
    send('%s%n%d x', 500),
    send('CWD %s%n%d', 550),
    send('MKD %n', 257),
  ]),
  dialogue('an unknown command of 600 letters is not understood', [
    send('A'.repeat(600), 500),
    send('NOOP', 200),
  ]),
  dialogue('bytes that are no UTF-8 in an unknown name are no error of the server', [
    raw(bytes('CWD \x80\xe9\r\n'), 550),
    send('NOOP', 200),
  ]),
];

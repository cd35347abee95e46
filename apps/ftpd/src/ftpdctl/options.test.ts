import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './options.ts';

const plain = { kind: 'request', isVerbose: false, isJson: false };

describe('a command line of ftpdctl', () => {
  it.each([
    [['help'], { action: 'help', args: [] }],
    [['-s', '/run/x', 'help'], { socket: '/run/x', action: 'help', args: [] }],
    [['-s/run/x', 'help'], { socket: '/run/x', action: 'help', args: [] }],
    [['--socket', '/run/x', 'help'], { socket: '/run/x', action: 'help', args: [] }],
    [
      ['--socket=/run/x', '-v', '--json', 'help'],
      { socket: '/run/x', isVerbose: true, isJson: true, action: 'help', args: [] },
    ],
    [['ban', 'info', '-v', '-e', '--json'], { isJson: true, action: 'ban', args: ['info', '-v', '-e'] }],
    [
      ['ban', 'user', '-s', '192.0.2.1#21', 'bob'],
      { action: 'ban', args: ['user', '-s', '192.0.2.1#21', 'bob'] },
    ],
    [['--', 'help', '-h'], { action: 'help', args: ['-h'] }],
    [['permit', 'user', '--reason', 'bob'], { action: 'permit', args: ['user', '--reason', 'bob'] }],
    [
      ['permit', 'user', 'bob', '--reason', 'x'],
      { action: 'permit', args: ['user', '--reason', 'x', 'bob'] },
    ],
    [['ban', 'user', 'bob', '--', '--reason'], { action: 'ban', args: ['user', 'bob', '--', '--reason'] }],
    [['ban'], { action: 'ban', args: [] }],
  ])('%j is a request', (argv, expected) => {
    expect(parseCommandLine(argv)).toEqual({ ...plain, ...expected });
  });

  it.each([['ban user bob --duration 10m'], ['ban user --duration 10m bob']])(
    '%s has its options before the names',
    (line) => {
      expect(parseCommandLine(line.split(' '))).toMatchObject({ args: ['user', '--duration', '10m', 'bob'] });
    },
  );

  it('keeps options in their order, and a value as it is', () => {
    expect(
      parseCommandLine(['ban', 'host', '192.0.2.1', '--reason=too many', '192.0.2.2', '--duration', '10m']),
    ).toMatchObject({
      args: ['host', '--reason=too many', '--duration', '10m', '192.0.2.1', '192.0.2.2'],
    });
    expect(parseCommandLine(['ban', 'user', 'bob', '--duration'])).toMatchObject({
      args: ['user', '--duration', 'bob'],
    });
  });

  it.each([
    [[], 'missing required action'],
    [['-v'], 'missing required action'],
    [['-x', 'help'], "unknown option '-x'"],
    [['--sockets', '/x', 'help'], "unknown option '--sockets'"],
    [['-s'], "option '-s' needs a path"],
    [['-s', 'run/x', 'help'], 'alternate socket path must be an absolute path'],
    [['--json'], 'missing required action'],
  ])('%j is refused', (argv, reason) => {
    expect(parseCommandLine(argv)).toEqual({ kind: 'refused', reason });
  });

  it.each([
    ['-h', 'help'],
    ['--help', 'help'],
    ['--version', 'version'],
  ])('%s asks for %s', (word, kind) => {
    expect(parseCommandLine(['-v', word, 'ban'])).toEqual({ kind });
  });
});

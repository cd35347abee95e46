import { describe, expect, it } from 'vitest';
import { parseArguments } from './argv.ts';

const parse = (...args: string[]) => parseArguments(args, '/here');

function options(...args: string[]) {
  const invocation = parse(...args);
  if (invocation.kind !== 'run' && invocation.kind !== 'test') throw new Error(JSON.stringify(invocation));
  return invocation.options;
}

describe('parseArguments', () => {
  it('runs in the background from the standard file when nothing is given', () => {
    expect(parse()).toEqual({
      kind: 'run',
      options: {
        isForeground: false,
        isQuiet: false,
        configFile: '/etc/proftpd/proftpd.conf',
        defines: [],
        addressFamily: 'any',
        isUnprivileged: false,
        isSingleSession: false,
      },
    });
  });

  it.each([
    [['-n', '-q', '-d', '5'], { isForeground: true, isQuiet: true, debugLevel: 5 }],
    [['-nqd5'], { isForeground: true, isQuiet: true, debugLevel: 5 }],
    [['-nd', '5', '-c/etc/x.conf'], { isForeground: true, debugLevel: 5, configFile: '/etc/x.conf' }],
    [
      ['--nodaemon', '--debug=99', '--config', '/x'],
      { isForeground: true, debugLevel: 10, configFile: '/x' },
    ],
    [['-d', 'abc'], { debugLevel: 0 }],
    [['-D', 'TEST', '-DTLS'], { defines: ['TEST', 'TLS'] }],
    [['-S', '127.0.0.2'], { serverAddress: '127.0.0.2' }],
    [['-4'], { addressFamily: 'ipv4' }],
    [['--ipv6'], { addressFamily: 'ipv6' }],
    [['-X'], { isForeground: true, isSingleSession: true }],
    [['--unpriv'], { isUnprivileged: true }],
    [['-c', 'near.conf'], { configFile: '/here/near.conf' }],
    [['-p0', '-N'], { isForeground: false }],
  ])('understands %j', (args, expected) => {
    expect(options(...args)).toMatchObject(expected);
  });

  it.each([
    [['-t'], 'test'],
    [['-tc', '/x'], 'test'],
    [['-l'], 'list'],
    [['-lv'], 'list'],
    [['-v'], 'version'],
    [['--version'], 'version'],
    [['-vv'], 'status'],
    [['-v', '-v', '-v'], 'status'],
    [['--version-status'], 'status'],
    [['-V'], 'settings'],
    [['-h', '-V'], 'help'],
  ])('takes %j as %s', (args, kind) => {
    expect(parse(...args).kind).toBe(kind);
  });

  it.each([
    [['-Z'], 'unknown option: Z'],
    [['--bogus'], 'unknown option: bogus'],
    [['--ver=1'], 'unknown option: ver'],
    [['--nofo', '--no'], 'unknown option: no'],
    [['-c'], 'unknown option: c'],
    [['-c', ''], 'fatal: -c requires configuration file argument'],
    [['extra'], "fatal: unknown parameter: 'extra'"],
    [['-n', '--', 'extra'], "fatal: unknown parameter: 'extra'"],
    [['-p', '5'], 'fatal: -p requires Boolean (0|1) parameter'],
  ])('refuses %j', (args, text) => {
    const invocation = parse(...args);
    expect(invocation).toEqual({ kind: 'refused', text, showsUsage: text.startsWith('unknown option') });
  });
});

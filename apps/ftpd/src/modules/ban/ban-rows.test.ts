import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../test/configuration-of.ts';

/** What follows the place and the severity. */
const sentence = (line: string | undefined): string => (line ?? '').replace(/^\/t\.conf:\d+:\d+: \w+: /, '');

const event = 'BanOnEvent MaxLoginAttempts';

describe('the rows of mod_ban', () => {
  it.each([
    ['BanEngine maybe', 'BanEngine: expected Boolean parameter'],
    ['BanEngine', 'BanEngine: missing parameters'],
    ['BanTable rel', 'BanTable: must be an absolute path'],
    ['BanTable', 'BanTable: missing parameters'],
    ['BanLog rel', 'BanLog: must be an absolute path'],
    ['BanMessage', 'BanMessage: missing parameters'],
    ['BanOnEvent X 1/00:00:10', 'BanOnEvent: missing parameters'],
    [`${event} 0/00:00:10 00:10:00`, 'BanOnEvent: freq occurrences must be greater than 0'],
    [`${event} -3/00:00:10 00:10:00`, 'BanOnEvent: freq occurrences must be greater than 0'],
    [`${event} x/00:00:10 00:10:00`, 'BanOnEvent: freq occurrences must be greater than 0'],
    [`${event} 3 00:10:00`, "BanOnEvent: badly formatted freq parameter: '3'"],
    [`${event} 3/10m 00:10:00`, 'BanOnEvent: badly formatted freq parameter'],
    [`${event} 3/100:00:00 00:10:00`, 'BanOnEvent: badly formatted freq parameter'],
    [`${event} 3/00:00:00 00:10:00`, "BanOnEvent: freq parameter cannot be '00:00:00'"],
    [`${event} 3/00:00:10 00:00:00`, "BanOnEvent: duration parameter cannot be '00:00:00'"],
    [`${event} 3/00:00:10 10m`, 'BanOnEvent: badly formatted duration parameter'],
    ['BanOptions', 'BanOptions: wrong number of parameters'],
    ['BanOptions foo', "BanOptions: : unknown BanOption 'foo'"],
    ['BanCache', 'BanCache: wrong number of parameters'],
    ['BanCache memcache a b c', 'BanCache: wrong number of parameters'],
    ['BanCache a/b', "BanCache: unsupported BanCache driver 'a/b'"],
    ['BanCacheOptions', 'BanCacheOptions: wrong number of parameters'],
    ['BanCacheOptions usejson', "BanCacheOptions: unknown BanCacheOption 'usejson'"],
    ['BanControlsACLs', 'BanControlsACLs: missing parameters'],
    ['BanControlsACLs foo allow user root', "BanControlsACLs: : unknown action: 'foo'"],
    ['<Global>\nBanTable /x\n</Global>', 'BanTable: directive not allowed in <Global> context'],
    [
      '<VirtualHost 127.0.0.1>\nBanLog /x\n</VirtualHost>',
      'BanLog: directive not allowed in <VirtualHost> context',
    ],
    [
      '<VirtualHost 127.0.0.1>\nBanOnEvent X 1/00:00:01 00:00:01\n</VirtualHost>',
      'BanOnEvent: directive not allowed in <VirtualHost> context',
    ],
  ])('%s is refused in the words of ProFTPD', async (line, expected) => {
    const { errors } = await problemsOf(`${line}\n`);
    expect(errors).toHaveLength(1);
    expect(sentence(errors[0]).slice(0, expected.length)).toBe(expected);
  });

  it.each([
    ['BanOutagePolicy maybe', "must be one of 'local', 'open', 'closed'"],
    ['BanAllow host', 'missing parameters'],
    ['BanAllow nobody x', "must be one of 'host', 'user', 'class', 'user@host'"],
    ['BanAllow host 10.0.0.256', "'10.0.0.256' is no host"],
    ['BanIPv6Prefix 129', 'value must be between 16 and 128'],
    ['BanEscalation 1 1h', "'1' is no factor above 1"],
    ['BanEscalation 2', 'missing parameters'],
    ['BanBaitUsers 0 root', "'0' is not from 1 second to ten years"],
    ['BanBaitUsers 1h', 'missing parameters'],
    ['BanDryRun x', 'expected Boolean parameter'],
  ])('%s, which is ours, is refused', async (line, expected) => {
    const { errors } = await problemsOf(`${line}\n`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(expected);
  });

  it.each([
    ['BanOnEvent FooBar 3/00:00:10 00:00:10', "nothing raises 'FooBar' here: this rule never bans"],
    [`${event} 3/00:00:10 00:00:10 a b`, 'a message is one parameter'],
    [`${event} 3a/00:00:10 00:00:10`, "'3a' is read as 3"],
    ['BanCache memcache more', "parameters after 'memcache' are ignored"],
  ])('%s is taken with a warning', async (line, expected) => {
    const { errors, warnings } = await problemsOf(`${line}\n`);
    expect(errors).toEqual([]);
    expect(warnings.join('\n')).toContain(expected);
  });

  it.each([
    'BanOnEvent maxloginattempts 99/99:99:99 1:2:3 "Later, %u"',
    'BanOnEvent mod_auth.root-login 1/00:00:10 00:00:10',
    'BanOptions matchanyserver',
    'BanCache Redis',
    'BanCacheOptions MatchServer UseJSON',
    'BanLog none',
    'BanControlsACLs ban,permit allow group wheel,staff',
    'BanAllow host 192.0.2.0/24 2001:db8::1\nBanAllow user backup',
    'BanEscalation 1.5 24:00:00 720:00:00',
  ])('%s is taken', async (line) => {
    expect(await problemsOf(`${line}\n`)).toMatchObject({ errors: [], warnings: [] });
  });
});

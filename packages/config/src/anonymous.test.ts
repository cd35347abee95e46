import { describe, expect, it } from 'vitest';
import { directory, hide, scopeOf, section, serverName, umask } from '../test/scoping.ts';
import { accountOf, anonymousFor } from './anonymous.ts';

describe('<Anonymous>', () => {
  const config = `Umask srv\nServerName s\n<Anonymous ~ftp>\nUser ftp\nGroup nogroup\nUserAlias anonymous ftp\nHideFiles x\n${directory('pub', 'pub')}${directory('/srv/ftp/abs', 'abs')}</Anonymous>\n${directory('/srv/ftp/pub', 'not this')}<Anonymous /other>\nUser other\nAuthAliasOnly on\nUserAlias guest other\nUmask other\n</Anonymous>\n`;

  it('is found by alias or by the name of its user', async () => {
    const sections = (await scopeOf(config)).anonymousSections();
    expect(sections.map(({ root, user, group }) => ({ root, user, group }))).toEqual([
      { root: '~ftp', user: 'ftp', group: 'nogroup' },
      { root: '/other', user: 'other', group: undefined },
    ]);
    const found = (name: string): string | undefined => anonymousFor(sections, name)?.root;
    expect(['anonymous', 'ftp', 'guest', 'other', 'bob'].map(found)).toEqual([
      '~ftp',
      '~ftp',
      '/other',
      undefined,
      undefined,
    ]);
  });

  const named = async (text: string, ...names: string[]): Promise<(string | undefined)[]> => {
    const sections = (await scopeOf(text)).anonymousSections();
    return names.map((name) => anonymousFor(sections, name)?.root);
  };
  const anonymous = (root: string, lines: string): string =>
    `<Anonymous ${root}>\nUser ftp\n${lines}</Anonymous>\n`;

  it.each([
    [
      'an alias of the server that stands for its user',
      `${anonymous('/a', '')}UserAlias anonymous ftp\n`,
      ['/a', '/a', undefined],
    ],
    [
      'an alias of an alias',
      `${anonymous('/a', '')}UserAlias anonymous guest\nUserAlias guest ftp\n`,
      ['/a', '/a', undefined],
    ],
    [
      'not an alias of the server for somebody else',
      `${anonymous('/a', '')}UserAlias anonymous bob\n`,
      [undefined, '/a', undefined],
    ],
    ['every name with the alias *', anonymous('/a', 'UserAlias * ftp\n'), ['/a', '/a', '/a']],
    [
      'the last of two',
      anonymous('/a', 'UserAlias anonymous ftp\n') + anonymous('/b', 'UserAlias bob ftp\n'),
      ['/a', '/b', '/b'],
    ],
    [
      'its own before that of <Global>',
      `${anonymous('/a', '')}<Global>\n${anonymous('/b', '')}</Global>\n`,
      [undefined, '/a', undefined],
    ],
    [
      'nobody without a User',
      '<Anonymous /a>\nUserAlias anonymous ftp\n</Anonymous>\n',
      [undefined, undefined, undefined],
    ],
  ])('takes %s', async (_title, text, expected) => {
    expect(await named(text, 'anonymous', 'ftp', 'bob')).toEqual(expected);
  });

  it('comes to an end when aliases go in a circle', () => {
    expect(
      accountOf(
        [
          { alias: 'a', user: 'b' },
          { alias: 'b', user: 'a' },
        ],
        'a',
      ),
    ).toMatch(/^[ab]$/u);
    expect(
      accountOf(
        [
          { alias: '*', user: 'x' },
          { alias: 'a', user: 'b' },
        ],
        'a',
      ),
    ).toBe('b');
    expect(accountOf([{ alias: '*', user: 'x' }], 'a')).toBe('x');
    expect(accountOf([], 'a')).toBe('a');
  });

  it('inherits from its server, and has only its own <Directory> sections', async () => {
    const outer = await scopeOf(config);
    const [anonymous] = outer.anonymousSections();
    const scope = await scopeOf(config, { anonymous, rootPath: '/srv/ftp', user: 'ftp' });
    expect([scope.first(umask), scope.first(serverName), scope.all(hide)]).toEqual(['srv', 's', [['x']]]);
    expect(['/pub/f', '/abs/f', '/f'].map((path) => scope.at(path).first(umask))).toEqual([
      'pub',
      'abs',
      'srv',
    ]);
  });

  it('has its own values before those of its server', async () => {
    const anonymous = (await scopeOf(config)).anonymousSections()[1];
    expect((await scopeOf(config, { anonymous, user: 'other' })).first(umask)).toBe('other');
    expect(
      (await scopeOf(`${config}${section('IfUser other', 'session')}`, { anonymous, user: 'other' })).first(
        umask,
      ),
    ).toBe('session');
  });
});

import { describe, expect, it } from 'vitest';
import { directory, hide, scopeOf, section, serverName, umask } from '../test/scoping.ts';
import { anonymousFor } from './anonymous.ts';

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

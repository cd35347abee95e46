import { describe, expect, it } from 'vitest';
import {
  directory,
  hide,
  load,
  modules,
  options,
  plain,
  rows,
  scopeOf,
  section,
  serverName,
  umask,
} from '../test/scoping.ts';
import { loadConfiguration, valuesIn } from './configuration.ts';

describe('repeats in one section', () => {
  it('count as the row says', async () => {
    const scope = await scopeOf(
      'Umask 1\nUmask 2\nServerName a\nServerName b\nXOptions a\nXOptions b c\nHideFiles x\nHideFiles y\n',
    );
    expect(scope.first(umask)).toBe('1');
    expect(scope.first(serverName)).toBe('b');
    expect(scope.first(options)).toEqual(['a', 'b', 'c']);
    expect(scope.all(hide)).toEqual([['x'], ['y']]);
  });

  it('leave the default where there is none', async () => {
    const scope = await scopeOf('');
    expect(scope.first(umask)).toBeUndefined();
    expect(scope.first(options)).toEqual(['none']);
    expect(scope.all(hide)).toEqual([]);
    expect(scope.explain(options)).toEqual({ value: ['none'] });
  });
});

describe('servers', () => {
  it('take from <Global> what they do not set, and nothing from each other', async () => {
    const config =
      'Umask 1\nHideFiles a\n<Global>\nUmask 2\nServerName g\nHideFiles b\n</Global>\n<VirtualHost v>\nHideFiles c\n</VirtualHost>\n';
    const main = await scopeOf(config);
    const host = await scopeOf(config, {}, 1);
    expect([main.first(umask), main.first(serverName), main.all(hide)]).toEqual(['1', 'g', [['a'], ['b']]]);
    expect([host.first(umask), host.all(hide)]).toEqual(['2', [['c'], ['b']]]);
  });

  it('take from the last of several <Global>, and from the first line in it', async () => {
    const scope = await scopeOf(
      '<Global>\nUmask 1\n</Global>\n<VirtualHost v>\n<Global>\nUmask 2\nUmask 3\n</Global>\n</VirtualHost>\n',
    );
    expect(scope.first(umask)).toBe('2');
  });

  it('are listed with names, addresses and ports', async () => {
    const { servers } = await load(
      'ServerName m\nDefaultAddress 10.0.0.1\nPort 2121\n<VirtualHost 10.0.0.2 FTP.example.org ::1>\nServerAlias a.b\nDefaultServer on\n</VirtualHost>\n<VirtualHost x>\nPort 0\nServerName x\n</VirtualHost>\n',
    );
    expect(
      servers.map(({ name, addresses, port, hostNames, isDefault, isMain }) => ({
        name,
        addresses,
        port,
        hostNames,
        isDefault,
        isMain,
      })),
    ).toEqual([
      { name: 'm', addresses: ['10.0.0.1'], port: 2121, hostNames: [], isDefault: false, isMain: true },
      {
        name: 'ProFTPD',
        addresses: ['10.0.0.2', 'FTP.example.org', '::1'],
        port: 21,
        hostNames: ['ftp.example.org', 'a.b'],
        isDefault: true,
        isMain: false,
      },
      { name: 'x', addresses: ['x'], port: 0, hostNames: ['x'], isDefault: false, isMain: false },
    ]);
  });

  it('cannot both be the default', async () => {
    const { errors } = await loadConfiguration({
      file: '/t.conf',
      text: 'DefaultServer on\n<VirtualHost v>\nDefaultServer on\n</VirtualHost>\n',
      modules,
      rows,
    });
    expect(errors).toMatchObject([
      {
        code: 'CONFIG_CONFLICT',
        line: 3,
        message: "DefaultServer: DefaultServer has already been set on line 3 of '/t.conf'",
      },
    ]);
  });

  it('share the classes, in the order of the file', async () => {
    const { classes } = await load(
      '<Class a>\nFrom x\n</Class>\n<Class b>\nFrom y\n</Class>\n<Class a>\nFrom z\n</Class>\n<Global>\n<Class c>\nFrom v\n</Class>\n</Global>\n',
    );
    const from = plain.find(({ name }) => name === 'From');
    expect(classes.map(([name, found]) => [name, from && valuesIn(found, from)])).toEqual([
      ['a', [['x']]],
      ['b', [['y']]],
      ['a', [['z']]],
      ['c', [['v']]],
    ]);
  });
});

describe('mod_ifsession sections', () => {
  const all = { user: 'bob', groups: ['ga', 'gb'], className: 'loc' };
  const cls = section('IfClass loc', 'class');
  const auth = section('IfAuthenticated', 'auth');
  const group = section('IfGroup ga', 'group');
  const user = section('IfUser bob', 'user');

  it.each([
    [user + group + auth + cls, 'class'],
    [cls + auth + group + user, 'class'],
    [user + group + auth, 'auth'],
    [auth + group + user, 'auth'],
    [group + user, 'group'],
    [user + group, 'group'],
    [`Umask own\n${user}`, 'user'],
    [section('IfUser bob', 'one') + section('IfUser bob', 'two'), 'two'],
    ['<IfUser bob>\nUmask one\nUmask two\n</IfUser>\n', 'two'],
    [`${user}<Global>\n${section('IfUser bob', 'global')}</Global>\n`, 'user'],
    [`Umask own\n<Global>\n${user}</Global>\n`, 'user'],
    [`Umask own\n${section('IfUser joe', 'user')}`, 'own'],
    ['Umask own\n<IfUser bob>\n<IfGroup ga>\nUmask nested\n</IfGroup>\n</IfUser>\n', 'own'],
  ])('come over the server in the order of ProFTPD (%#)', async (config, expected) => {
    expect((await scopeOf(config, all)).first(umask)).toBe(expected);
  });

  it('apply when what they ask for is known', async () => {
    const config = `Umask own\n${user}${cls}${auth}`;
    expect((await scopeOf(config)).first(umask)).toBe('own');
    expect((await scopeOf(config, { className: 'loc' })).first(umask)).toBe('class');
    expect((await scopeOf(`${group}${section('IfUser !joe', 'not joe')}`)).first(umask)).toBeUndefined();
  });

  it('come over <Directory> and <Anonymous> too', async () => {
    const scope = await scopeOf(`${user}${directory('/a', 'dir')}`, all);
    expect(scope.at('/a/f').first(umask)).toBe('user');
  });

  it('bring <Directory> sections of their own, before those of the server for the same folder', async () => {
    const scope = await scopeOf(
      `<IfUser bob>\n${directory('/a', 'session')}</IfUser>\n${directory('/', 'root')}${directory('/a', 'dir')}${directory('/a/b', 'deep')}`,
      all,
    );
    expect(['/f', '/a/f', '/a/b/f'].map((path) => scope.at(path).first(umask))).toEqual([
      'root',
      'session',
      'deep',
    ]);
  });
});

describe('<Limit>', () => {
  const config =
    '<Limit LOGIN>\nDenyAll\n</Limit>\n<Directory /a>\n<Limit STOR,DELE write>\nOrder deny,allow\nDenyAll\n</Limit>\n</Directory>\n<Global>\n<Limit WRITE>\nDenyAll\n</Limit>\n</Global>\n';

  it('is given with its lines, from the innermost section outwards', async () => {
    const scope = await scopeOf(config);
    expect(
      scope
        .at('/a/f')
        .limits(['STOR', 'WRITE'])
        .map(({ commands, lines }) => [commands, lines.map(({ node }) => node.name)]),
    ).toEqual([
      [
        ['STOR', 'DELE', 'WRITE'],
        ['Order', 'DenyAll'],
      ],
      [['WRITE'], ['DenyAll']],
    ]);
    expect(scope.limits(['login'])).toHaveLength(1);
    expect(scope.at('/x').limits(['RETR', 'READ'])).toEqual([]);
  });
});

describe('explain', () => {
  it('says where a value comes from', async () => {
    const scope = await scopeOf(
      `  Umask srv\n${directory('/a', 'a')}<IfUser bob>\nServerName x\n</IfUser>\n`,
      { user: 'bob' },
    );
    expect(scope.explain(umask)).toEqual({ value: 'srv', at: { file: '/t.conf', line: 1, column: 3 } });
    expect(scope.at('/a').explain(umask)).toEqual({
      value: 'a',
      at: { file: '/t.conf', line: 3, column: 1 },
      section: '<Directory /a>',
    });
    expect(scope.explain(serverName)).toMatchObject({ value: 'x', section: '<IfUser bob>' });
  });
});

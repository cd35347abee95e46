import { describe, expect, it } from 'vitest';
import { many, one } from './arguments.ts';
import { anonymousFor } from './anonymous.ts';
import { loadAccessFile, loadConfiguration, valuesIn } from './configuration.ts';
import { createModulesPort } from './modules.ts';
import { ALL_CONTEXTS, defineDirective, type DefaultedRow, type DirectiveRow } from './row.ts';
import type { ScopeSelector } from './scope.ts';
import { text } from './values.ts';

const base = { module: 'mod_core.c', contexts: ALL_CONTEXTS, doc: '' } as const;
const umask: DirectiveRow<string> = defineDirective({
  ...base,
  name: 'Umask',
  syntax: 'Umask m',
  repeats: 'first-wins',
  parse: one(text),
});
const serverName: DirectiveRow<string> = defineDirective({
  ...base,
  name: 'ServerName',
  syntax: 'ServerName n',
  repeats: 'last-wins',
  parse: one(text),
});
const hide: DirectiveRow<readonly string[]> = defineDirective({
  ...base,
  name: 'HideFiles',
  syntax: 'HideFiles x',
  repeats: 'all',
  parse: many(text),
});
const options: DefaultedRow<readonly string[]> = defineDirective({
  ...base,
  name: 'XOptions',
  syntax: 'XOptions x',
  repeats: 'merge',
  defaultValue: ['none'],
  parse: many(text),
  merge: (earlier, later) => [...earlier, ...later],
});
const own: DirectiveRow<string> = defineDirective({
  ...base,
  name: 'Own',
  syntax: 'Own x',
  repeats: 'last-wins',
  isInherited: false,
  parse: one(text),
});
const plain = [
  'Port',
  'DefaultAddress',
  'DefaultServer',
  'ServerAlias',
  'User',
  'Group',
  'UserAlias',
  'AuthAliasOnly',
  'From',
  'DenyAll',
  'Order',
].map((name) => defineDirective({ ...base, name, syntax: name, repeats: 'all', parse: (args) => args }));
const rows = [umask, serverName, hide, options, own, ...plain];
const modules = createModulesPort(['mod_core.c']);

async function load(config: string) {
  const loaded = await loadConfiguration({ file: '/t.conf', text: config, modules, rows });
  expect(loaded.errors).toEqual([]);
  return loaded.configuration;
}

async function scopeOf(config: string, selector: Omit<ScopeSelector, 'server'> = {}, server = 0) {
  const configuration = await load(config);
  const found = configuration.servers[server];
  if (found === undefined) throw new Error('no such server');
  return configuration.scope({ ...selector, server: found });
}

const directory = (path: string, mask: string): string =>
  `<Directory ${path}>\nUmask ${mask}\n</Directory>\n`;
const section = (head: string, mask: string): string =>
  `<${head}>\nUmask ${mask}\n</${head.split(' ')[0]}>\n`;

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

  it('share the classes, of which the first of a name counts', async () => {
    const { classes } = await load(
      '<Class a>\nFrom x\n</Class>\n<Global>\n<Class b>\nFrom y\n</Class>\n</Global>\n<Class a>\nFrom z\n</Class>\n',
    );
    const from = plain.find(({ name }) => name === 'From');
    expect([...classes].map(([name, found]) => [name, from && valuesIn(found, from)]).toSorted()).toEqual([
      ['a', [['x']]],
      ['b', [['y']]],
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

describe('<Directory>', () => {
  it.each([
    [directory('/h', 'h') + directory('/h/a', 'a'), '/h/a/f', 'a'],
    [directory('/h/a', 'a') + directory('/h', 'h'), '/h/a/f', 'a'],
    [directory('/h/a', 'a'), '/h/ab', undefined],
    [directory('/h/a/', 'a'), '/h/a/f', 'a'],
    [directory('/h/a', 'a'), '/h/a', 'a'],
    [directory('/h/a/*', 'star'), '/h/a', undefined],
    [directory('/h/a/*', 'star'), '/h/a/b/c', 'star'],
    [directory('/', 'root'), '/f', 'root'],
    [directory('/*', 'star'), '/f', 'star'],
    [directory('/h/a/b', 'lit') + directory('/h/*/b', 'glob'), '/h/a/b/f', 'glob'],
    [directory('/h/*/b', 'glob') + directory('/h/a/b', 'lit'), '/h/a/b/f', 'lit'],
    [directory('/h/a', 'a') + directory('/h/a/*', 'star'), '/h/a/f', 'star'],
    [directory('/h/a/*', 'star') + directory('/h/a', 'a'), '/h/a/f', 'star'],
    [directory('/h/a/b', 'b') + directory('/h/a/*', 'star'), '/h/a/b/f', 'b'],
    [directory('/h/a/*/c', 'glob') + directory('/h/a/b', 'b'), '/h/a/b/c/f', 'b'],
    [directory('/h/a/b', 'b') + directory('/h/a/*/c', 'glob'), '/h/a/b/c/f', 'glob'],
    [directory('/h/*', 'star') + directory('/h/a/b/c', 'deep'), '/h/a/b/c/f', 'deep'],
    [directory('/h/a/b/c', 'deep') + directory('/h/*', 'star'), '/h/a/b/c/f', 'deep'],
    [directory('/h/*/b', 'glob') + directory('/h/a', 'a'), '/h/a/b/f', 'a'],
    [directory('/h/a', 'a') + directory('/h/*/b', 'glob'), '/h/a/b/f', 'glob'],
    [directory('/h/?/b', 'glob'), '/h/a/b/c/f', 'glob'],
    [directory('/h/?/b', 'glob'), '/h/a/x/b/f', undefined],
    [directory('/h/*/b', 'glob'), '/h/a/x/b/f', 'glob'],
    [directory('/h/*.txt', 'glob'), '/h/a/f.txt', 'glob'],
    [directory('/h/[ab]/c', 'glob'), '/h/x/c/f', undefined],
    [directory('/h/*/b', 'glob') + directory('/h/a', 'a') + directory('/h/a/b', 'ab'), '/h/a/b/f', 'ab'],
    [directory('/h/a', 'a') + directory('/h/a/b', 'ab') + directory('/h/*/b', 'glob'), '/h/a/b/f', 'glob'],
    [`${directory('/h/*/b', 'own')}<Global>\n${directory('/h/a/b', 'global')}</Global>\n`, '/h/a/b/f', 'own'],
    [`${directory('/h', 'own')}<Global>\n${directory('/h/a', 'global')}</Global>\n`, '/h/a/f', 'global'],
    [`${directory('/h/a', 'own')}<Global>\n${directory('/h', 'global')}</Global>\n`, '/h/a/f', 'own'],
  ])('is chosen as ProFTPD 1.3.8 chooses it (%#: %j)', async (config, path, expected) => {
    expect((await scopeOf(config)).at(path).first(umask)).toBe(expected);
  });

  it('inherits from the folders around it and from the server', async () => {
    const config = `Umask srv\nServerName s\n${directory('/a', 'a')}<Directory /a/b>\nHideFiles x\n</Directory>\n<Directory /c>\nHideFiles y\n</Directory>\n`;
    const scope = await scopeOf(config);
    expect([
      scope.at('/a/b').first(umask),
      scope.at('/c').first(umask),
      scope.at('/a/b').first(serverName),
    ]).toEqual(['a', 'srv', 's']);
  });

  it('does not inherit what a row says is not inherited', async () => {
    const scope = await scopeOf(`Own srv\n<Directory /a>\nOwn a\n</Directory>\n${directory('/a/b', 'b')}`);
    expect([
      scope.first(own),
      scope.at('/a').first(own),
      scope.at('/a/b').first(own),
      scope.at('/x').first(own),
    ]).toEqual(['srv', 'a', undefined, 'srv']);
  });

  it('is compared with the path in the file system of the server', async () => {
    const scope = await scopeOf(directory('/srv/ftp/in', 'in') + directory('/in', 'not this'), {
      rootPath: '/srv/ftp',
    });
    expect([scope.at('/in').first(umask), scope.at('/').first(umask)]).toEqual(['in', undefined]);
  });

  it('knows the homes of users', async () => {
    const config = directory('~', 'own') + directory('~joe/x', 'joe') + directory('~none', 'none');
    const scope = await scopeOf(config, { homeOf: (user) => ({ '': '/home/bob', joe: '/home/joe' })[user] });
    expect(
      ['/home/bob/f', '/home/joe/x/f', '/home/joe/f'].map((path) => scope.at(path).first(umask)),
    ).toEqual(['own', 'joe', undefined]);
  });

  it('may come from .ftpaccess files, which count most for their folder', async () => {
    const { section: file, errors } = await loadAccessFile('Umask file\n', '/a/.ftpaccess', rows, modules);
    expect(errors).toEqual([]);
    const scope = await scopeOf(directory('/a', 'dir') + directory('/a/b', 'deep'), {
      accessFiles: [{ folder: '/a', section: file }],
    });
    expect(['/a/f', '/a/b/f', '/f'].map((path) => scope.at(path).first(umask))).toEqual([
      'file',
      'deep',
      undefined,
    ]);
  });

  it('keeps users from including files or reading variables', async () => {
    const { errors } = await loadAccessFile(
      'Include /etc/passwd\nUmask %{env:SECRET}\n',
      '/a/.ftpaccess',
      rows,
      modules,
    );
    expect(errors.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'CONFIG_WRONG_CONTEXT 1',
      'CONFIG_WRONG_CONTEXT 1',
    ]);
  });

  it('gives the same object for the same path', async () => {
    const scope = await scopeOf(directory('/a', 'a'));
    expect(scope.at('/a/f')).toBe(scope.at('/a/f'));
  });
});

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

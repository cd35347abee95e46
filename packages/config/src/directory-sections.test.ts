import { describe, expect, it } from 'vitest';
import { directory, modules, own, rows, scopeOf, serverName, umask } from '../test/scoping.ts';
import { loadAccessFile } from './configuration.ts';

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
    const homeOf = (user: string): string | undefined => ({ bob: '/home/bob', joe: '/home/joe' })[user];
    const scope = await scopeOf(config, { user: 'bob', homeOf });
    expect(
      ['/home/bob/f', '/home/joe/x/f', '/home/joe/f'].map((path) => scope.at(path).first(umask)),
    ).toEqual(['own', 'joe', undefined]);
    const virtual = await scopeOf(config, { user: 'bob', home: '/srv/bob', homeOf });
    expect(['/srv/bob/f', '/home/bob/f'].map((path) => virtual.at(path).first(umask))).toEqual([
      'own',
      undefined,
    ]);
  });

  it('may come from .ftpaccess files, which count less than a <Directory> for the same folder and more than one around it', async () => {
    const { section: file, errors } = await loadAccessFile(
      'Umask file\nServerName file\n',
      '/a/.ftpaccess',
      rows,
      modules,
    );
    expect(errors).toEqual([]);
    const masks = async (config: string): Promise<unknown[]> => {
      const scope = await scopeOf(config, { accessFiles: [{ folder: '/a', section: file }] });
      return ['/a/f', '/a/b/f', '/f'].map((path) => scope.at(path).first(umask));
    };
    expect(await masks('Umask srv\n')).toEqual(['file', 'file', 'srv']);
    expect(await masks(directory('/', 'root') + directory('/a/b', 'deep'))).toEqual(['file', 'deep', 'root']);
    expect(await masks(directory('/a', 'dir'))).toEqual(['dir', 'dir', undefined]);
    const both = await scopeOf(directory('/a', 'dir'), { accessFiles: [{ folder: '/a', section: file }] });
    expect(both.at('/a/f').first(serverName)).toBe('file');
  });

  it('does not take the name of the folder of an .ftpaccess file for a pattern', async () => {
    const { section: file } = await loadAccessFile('Umask file\n', '/a/*/.ftpaccess', rows, modules);
    const scope = await scopeOf('', { accessFiles: [{ folder: '/a/*', section: file }] });
    expect([scope.at('/a/*/f').first(umask), scope.at('/a/b/f').first(umask)]).toEqual(['file', undefined]);
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

  it('gives the same object for all paths with the same sections', async () => {
    const scope = await scopeOf(directory('/a', 'a') + directory('/a/b', 'b'));
    expect(scope.at('/a/f')).toBe(scope.at('/a/g'));
    expect(scope.at('/a/f')).not.toBe(scope.at('/a/b/f'));
    expect(scope.at('/x')).toBe(scope.at('/'));
  });
});

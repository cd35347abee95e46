import { describe, expect, it } from 'vitest';
import { modules, names, parse, problems } from '../test/parsing.ts';
import { parseConfiguration } from './parse.ts';
import { createMemoryReader } from './reader.ts';

describe('Include', () => {
  const files = {
    '/inc/b.conf': 'B\n',
    '/inc/a.conf': 'A\n',
    '/inc/c.conf~': 'C\n',
    '/inc/.hid': 'H\n',
    '/inc/sub/z.conf': 'Z\n',
    '/loop.conf': 'Include /loop.conf\nL\n',
    '/open.conf': '<VirtualHost a>\n',
    '/nested.conf': 'Include /inc/a.conf\n',
    '/bad.conf': '\n </Global>',
  };

  it.each([
    ['/inc/b.conf', ['B']],
    ['/inc', ['H', 'A', 'B', 'C']],
    ['/inc/', ['H', 'A', 'B', 'C']],
    ['/inc/*.conf', ['A', 'B']],
    ['/inc/?.conf', ['A', 'B']],
    ['/inc/[b-z].conf', ['B']],
    ['/inc/*', ['A', 'B', 'C']],
    ['/inc/.*', ['H']],
    ['/i*/a.conf', ['A']],
    ['/inc/*/z.conf', ['Z']],
    ['/inc/*.none', []],
    ['/nested.conf', ['Include /inc/a.conf', 'A']],
  ])('%s reads the files that ProFTPD reads, in the order of their names', async (path, expected) => {
    expect(await names(`Include ${path}\n`, { files })).toEqual([`Include ${path}`, ...expected]);
  });

  it('passes over the files of editors if IncludeOptions says so', async () => {
    const found = await names('IncludeOptions IgnoreTempFiles\nInclude /inc/*\n', { files });
    expect(found.slice(2)).toEqual(['A', 'B']);
  });

  it('warns of a file that does not exist, as ProFTPD does', async () => {
    const { errors, warnings } = await parse('Include /inc/nope.conf\n', { files });
    expect(errors).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      "unable to include '/inc/nope.conf': No such file or directory on line 1 of '/t.conf'",
    ]);
  });

  it('refuses relative paths, loops and a missing reader', async () => {
    expect(await problems('Include inc/b.conf\nInclude /loop.conf\n', { files })).toEqual([
      'CONFIG_BAD_VALUE 1:1',
      'CONFIG_INCLUDE_LOOP 1:1',
    ]);
    expect(await problems('Include /inc/b.conf\n')).toEqual(['CONFIG_WRONG_CONTEXT 1:1']);
  });

  it('refuses depths that nobody means', async () => {
    const deep = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`/n${n}`, `Include /n${n + 1}\n`]),
    );
    expect(await problems('Include /n0\n', { files: deep })).toEqual(['CONFIG_INCLUDE_TOO_DEEP 1:1']);
  });

  it('may open a section that the including file closes', async () => {
    expect(await names('Include /open.conf\nPort 21\n</VirtualHost>\n', { files })).toEqual([
      'Include /open.conf',
      { 'VirtualHost a': ['Port 21'] },
    ]);
  });

  it('makes an error in an included file an error of the whole, at its place there', async () => {
    const { errors } = await parse('Include /bad.conf\n', { files });
    expect(errors).toMatchObject([{ file: '/bad.conf', line: 2, column: 2 }]);
  });

  it('reports a first file that cannot be read', async () => {
    const { errors } = await parseConfiguration({
      file: '/none.conf',
      reader: createMemoryReader({}),
      modules,
    });
    expect(errors).toMatchObject([
      {
        code: 'CONFIG_UNREADABLE',
        message: "unable to read configuration file '/none.conf': No such file or directory",
      },
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModulesPort } from './modules.ts';
import { parseConfiguration, type ParseOptions } from './parse.ts';
import { createMemoryReader } from './reader.ts';
import { walk, type ConfigNode, type SectionNode } from './tree.ts';

const modules = createModulesPort(['mod_core.c', 'mod_auth.c'], ['@acme/cache']);

function parse(
  text: string,
  options: Partial<ParseOptions> & { readonly files?: Record<string, string> } = {},
) {
  const { files, ...others } = options;
  const reader = files === undefined ? {} : { reader: createMemoryReader(files) };
  return parseConfiguration({ file: '/t.conf', text, modules, ...reader, ...others });
}

/** The tree as nested arrays, directives as lines. */
function shape(section: SectionNode): unknown[] {
  const one = (node: ConfigNode): unknown => {
    const line = [node.name, ...node.args].join(' ');
    return node.kind === 'directive' ? line : { [line]: shape(node) };
  };
  return section.children.map(one);
}

const names = async (text: string, options: Parameters<typeof parse>[1] = {}): Promise<unknown[]> =>
  shape((await parse(text, options)).tree);
const problems = async (text: string, options: Parameters<typeof parse>[1] = {}) =>
  (await parse(text, options)).errors.map(({ code, line, column }) => `${code} ${line}:${column}`);

describe('sections', () => {
  it('nests, whatever the case of their names and whatever space or comment follows', async () => {
    const text =
      '<global> # a\n  <Directory "/a b" >\n    Umask 022\n  </DIRECTORY>\n</Global >\r\nPort 21\r\n';
    expect(await names(text)).toEqual([{ global: [{ 'Directory /a b': ['Umask 022'] }] }, 'Port 21']);
  });

  it('keeps the place of every directive and parameter', async () => {
    const { tree } = await parse('\n <Global>\n\tUmask \\\n  022 "077"\n</Global>\n');
    const umask = [...walk(tree)].find(({ node }) => node.key === 'umask')?.node;
    expect(umask).toMatchObject({ file: '/t.conf', line: 3, column: 2 });
    expect(umask?.argPositions).toEqual([
      { file: '/t.conf', line: 4, column: 3 },
      { file: '/t.conf', line: 4, column: 7 },
    ]);
    expect(tree.children[0]).toMatchObject({ line: 2, column: 2 });
  });

  it('reports a closing line without its section', async () => {
    const { errors } = await parse('</Global>\n');
    expect(errors.map(({ message }) => message)).toEqual([
      "</Global>: directive not allowed in server config context on line 1 of '/t.conf'",
    ]);
  });

  it('reports sections that are closed in the wrong order, with the line of the open one', async () => {
    const { errors } = await parse('<Global>\n<Directory /x>\n</Global>\n');
    expect(errors.map(({ message }) => message)).toEqual([
      "</Global>: directive not allowed in <Directory> context on line 3 of '/t.conf'; <Directory> was opened on line 2 of '/t.conf'",
    ]);
  });

  it('reports a section that is never closed where it begins', async () => {
    expect(await problems('Port 21\n  <VirtualHost a>\nPort 22\n')).toEqual(['CONFIG_UNCLOSED_SECTION 2:3']);
  });

  it('reports parameters of a closing line', async () => {
    expect(await problems('<Directory /x>\n</Directory /x>\n')).toEqual(['CONFIG_BAD_ARGUMENTS 2:1']);
  });

  it('takes a line that begins with < and does not end with > as a directive', async () => {
    expect(await names('<Directory /x> foo\n')).toEqual(['<Directory /x> foo']);
    expect(await names('<\n<>\n')).toEqual(['<', { '': [] }]);
  });

  it('refuses NUL bytes and lines without end', async () => {
    expect(await problems(`Port 2\u00001\nServerName ${'a'.repeat(70_000)}\nPort 21\n`)).toEqual([
      'CONFIG_BAD_BYTE 1:7',
      'CONFIG_LINE_TOO_LONG 2:1',
    ]);
    expect(await problems(`#${'a'.repeat(200_000)}\n`)).toEqual([]);
  });

  it('passes over a byte order mark', async () => {
    expect(await names('\ufeffPort 21\n')).toEqual(['Port 21']);
  });
});

describe('conditions', () => {
  it.each([
    ['<IfModule mod_core.c>', true],
    ['<IfModule !mod_core.c>', false],
    ['<IfModule ! mod_no.c>', true],
    ['<IfModule !mod_no.c>', true],
    ['<IfModule MOD_CORE.C>', false],
    ['<IfModule mod_core>', false],
    ['<ifmodule mod_ifversion.c>', true],
    ['<IfDefine A>', true],
    ['<IfDefine a>', false],
    ['<IfDefine !A>', false],
    ['<IfDefine ! B>', true],
    ['<IfVersion >= 1.3.6>', true],
    ['<IfVersion 1.2>', false],
    ['<IfDefine %{env:NAME}>', true],
  ])('%s holds: %s', async (line, expected) => {
    const close = /<\w+/u.exec(line)?.[0].replace('<', '</') ?? '';
    const found = await names(`${line}\nPort 21\n${close}>\nPort 22\n`, {
      defines: ['A'],
      environment: { NAME: 'A' },
    });
    expect(found).toEqual(expected ? ['Port 21', 'Port 22'] : ['Port 22']);
  });

  it('passes over all inside of one that does not hold, also what could not be read', async () => {
    expect(await names('<IfModule mod_no.c>\nFoo\n<Blah>\n<IfDefine X>\n</IfModule>\nPort 21\n')).toEqual([
      'Port 21',
    ]);
    expect(
      await names('<IfModule mod_no.c>\n<ifmodule mod_b.c>\n </IFMODULE>\nFoo\n\t</ifmodule foo>\nPort 21\n'),
    ).toEqual(['Port 21']);
    expect(await names('<IfModule mod_no.c>\n# </IfModule>\nFoo\n</IfModule>\nPort 21\n')).toEqual([
      'Port 21',
    ]);
  });

  it('need not nest with sections where they hold', async () => {
    const { tree, errors } = await parse(
      '<Global>\n<IfModule mod_core.c>\n</Global>\n</IfModule>\n</IfDefine>\nPort 21\n',
    );
    expect(errors).toEqual([]);
    expect(shape(tree)).toEqual([{ Global: [] }, 'Port 21']);
  });

  it('must be closed if they do not hold; otherwise that is a warning', async () => {
    expect(await problems('Port 21\n <IfModule mod_no.c>\nPort 22\n')).toEqual([
      'CONFIG_UNCLOSED_SECTION 2:2',
    ]);
    const { errors, warnings } = await parse('<IfModule mod_core.c>\nPort 22\n');
    expect(errors).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      "<IfModule>: unclosed <IfModule> context on line 1 of '/t.conf'",
    ]);
  });

  it('report what is wrong with them and go on', async () => {
    const { errors, tree } = await parse(
      '<IfModule>\n</IfModule>\n<IfVersion => 1>\nPort 21\n</IfVersion>\n',
    );
    expect(errors.map(({ message }) => message)).toEqual([
      "<IfModule>: missing parameters on line 1 of '/t.conf'",
      "<IfVersion>: unknown comparison operator '=>' on line 3 of '/t.conf'",
    ]);
    expect(shape(tree)).toEqual(['Port 21']);
  });

  it('see a Define that stands before them, in any section', async () => {
    expect(
      await names(
        '<IfDefine A>\nPort 1\n</IfDefine>\n<Global>\nDefine A\n</Global>\n<IfDefine A>\nPort 2\n</IfDefine>\n',
      ),
    ).toEqual([{ Global: ['Define A'] }, 'Port 2']);
  });
});

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

describe('modules', () => {
  it('loads those that can be loaded', async () => {
    const { loadedModules, tree } = await parse(
      '<IfModule @acme/cache>\nA\n</IfModule>\nLoadModule @acme/cache\n<IfModule @acme/cache>\nB\n</IfModule>\n',
    );
    expect(loadedModules).toEqual(['@acme/cache']);
    expect(shape(tree)).toEqual(['LoadModule @acme/cache', 'B']);
  });

  it('warns once of all ProFTPD modules that are not available', async () => {
    const { errors, warnings } = await parse(
      'LoadModule mod_core.c\nLoadModule mod_radius.c\nLoadModule mod_ratio.c\nLoadModule mod_radius.c\n',
    );
    expect(errors).toEqual([]);
    expect(warnings).toMatchObject([
      {
        code: 'CONFIG_MODULE_UNAVAILABLE',
        line: 2,
        message: expect.stringMatching(/: mod_radius\.c, mod_ratio\.c$/u) as string,
      },
    ]);
  });

  it('refuses a name that nobody knows and suggests one', async () => {
    const { errors } = await parse('LoadModule mod_bann.c\n');
    expect(errors).toMatchObject([
      {
        code: 'CONFIG_UNKNOWN_MODULE',
        column: 12,
        message:
          "LoadModule: error loading module 'mod_bann.c': no such module on line 1 of '/t.conf'; did you mean 'mod_ban.c'?",
      },
    ]);
  });

  const skipped = (inside: string): string =>
    `LoadModule mod_wrap2.c\nLoadModule mod_quotatab.c\n<IfModule mod_wrap2.c>\n${inside}\n</IfModule>\n`;

  it.each([
    ['WrapEngine on', 1],
    ['<Limit LOGIN>\nDenyAll\n</Limit>', 1],
    ['MaxClients 3', 1],
    ['MaxClients none', 0],
    ['AllowOverwrite off', 1],
    ['AllowOverwrite on', 0],
    ['QuotaEngine off', 0],
    ['WrapEngine off\nWrapTables file:/a file:/b', 0],
    ['WrapLog /x', 0],
    ['<IfModule mod_quotatab.c>\nQuotaEngine on\n</IfModule>', 1],
    ['<IfModule mod_ldap.c>\nLDAPServer x\n</IfModule>', 0],
    ['<IfDefine NO>\nWrapEngine on\n</IfDefine>', 0],
    ['<IfModule !mod_core.c>\nWrapEngine on\n</IfModule>', 0],
    ['Include /wrap.conf', 1],
  ])(
    'with %j in a section that is skipped for a missing module: %i protections lost',
    async (inside, count) => {
      const { errors } = await parse(skipped(inside), {
        files: { '/wrap.conf': 'WrapTables file:/a file:/b\n' },
      });
      expect(errors.map(({ code }) => code)).toEqual(
        Array.from({ length: count }, () => 'CONFIG_PROTECTION_LOST'),
      );
    },
  );

  it('names the line, the module and the way out where a protection would be lost', async () => {
    const { errors } = await parse(skipped('  WrapEngine on'));
    expect(errors).toMatchObject([
      {
        line: 4,
        column: 3,
        directive: 'WrapEngine',
        hint: 'if that is meant, add: IgnoreMissingModule mod_wrap2.c',
      },
    ]);
  });

  it('accepts the loss where IgnoreMissingModule stands anywhere', async () => {
    const { errors, warnings } = await parse(
      `${skipped('WrapEngine on')}IgnoreMissingModule mod_wrap2.c mod_quotatab.c\n`,
    );
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
  });

  it('loses nothing where ProFTPD would not have loaded the module either', async () => {
    expect(await problems('<IfModule mod_wrap2.c>\nWrapEngine on\n</IfModule>\n')).toEqual([]);
  });
});

describe('any text', () => {
  it('is read without an exception and in bounded time', async () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      'IfModule',
      'Global',
      ' ',
      '\n',
      '"',
      '\\',
      '#',
      'mod_ban.c',
      'Include /t.conf',
      '%{env:A}',
      '\r',
      '\0',
      '!',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 60 }),
        async (pieces) => {
          const text = pieces.join('');
          const { tree, errors } = await parse(text, { files: { '/t.conf': text }, environment: { A: '"' } });
          const lines = text.split('\n').length;
          for (const { node } of walk(tree)) expect(node.line).toBeLessThanOrEqual(lines);
          for (const { line, column } of errors) expect(line >= 1 && line <= lines && column >= 1).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

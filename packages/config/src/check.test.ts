import { describe, expect, it } from 'vitest';
import { many, one } from './arguments.ts';
import { checkConfiguration } from './check.ts';
import { createModulesPort } from './modules.ts';
import { parseConfiguration } from './parse.ts';
import { ALL_CONTEXTS, SERVER_CONTEXTS, badValue, defineDirective, type AnyRow } from './row.ts';
import { absolutePath, boolean, text } from './values.ts';

const modules = createModulesPort(['mod_core.c']);
const mod = { module: 'mod_core.c', repeats: 'last-wins', doc: '' } as const;

const rows: readonly AnyRow[] = [
  defineDirective({
    ...mod,
    name: 'BanEngine',
    syntax: 'BanEngine on|off',
    contexts: SERVER_CONTEXTS,
    parse: one(boolean),
  }),
  defineDirective({
    ...mod,
    name: 'Umask',
    syntax: 'Umask mask',
    contexts: [...SERVER_CONTEXTS, '<Directory>', '.ftpaccess'],
    parse: one(text),
  }),
  defineDirective({
    ...mod,
    name: 'MaxInstances',
    syntax: 'MaxInstances n',
    contexts: ['server config'],
    parse: one(text),
  }),
  defineDirective({
    ...mod,
    name: 'DenyAll',
    syntax: 'DenyAll',
    contexts: ['<Anonymous>', '<Directory>', '<Limit>', '.ftpaccess'],
    parse: () => true,
  }),
  defineDirective({ ...mod, name: 'From', syntax: 'From x', contexts: ['<Class>'], parse: many(text) }),
  defineDirective({
    ...mod,
    name: 'SystemLog',
    syntax: 'SystemLog path',
    contexts: ['server config'],
    parse: one(absolutePath),
  }),
  defineDirective({
    ...mod,
    name: 'Anywhere',
    syntax: 'Anywhere',
    contexts: ALL_CONTEXTS,
    parse: () => true,
  }),
  defineDirective({
    ...mod,
    name: 'Broken',
    syntax: 'Broken',
    contexts: ALL_CONTEXTS,
    parse: () => {
      throw new RangeError('out of range');
    },
  }),
  defineDirective({
    ...mod,
    name: 'Second',
    syntax: 'Second a b',
    contexts: ALL_CONTEXTS,
    parse: () => {
      throw badValue('bad second', 1);
    },
  }),
];

async function check(config: string) {
  const { tree, errors } = await parseConfiguration({ file: '/t.conf', text: config, modules });
  expect(errors).toEqual([]);
  return checkConfiguration(tree, rows, modules);
}

const messages = async (config: string): Promise<string[]> =>
  (await check(config)).errors.map(({ message }) => message);

describe('names', () => {
  it('suggests the directive that was probably meant', async () => {
    const { errors } = await check('\n  BanEngin on\n');
    expect(errors).toMatchObject([
      {
        code: 'CONFIG_UNKNOWN_DIRECTIVE',
        line: 2,
        column: 3,
        directive: 'BanEngin',
        message:
          "unknown configuration directive 'BanEngin' on line 2 of '/t.conf'; did you mean 'BanEngine'?",
      },
    ]);
  });

  it('suggests nothing where nothing is near', async () => {
    expect(await messages('Xyzzy\n')).toEqual([
      "unknown configuration directive 'Xyzzy' on line 1 of '/t.conf'",
    ]);
  });

  it('tells a directive of a module that is not available from an unknown one', async () => {
    const { errors } = await check('TLSEngine on\nMultilineRFC2228 on\n<VirtualHst a>\n</VirtualHst>\n');
    expect(errors.map(({ code }) => code)).toEqual([
      'CONFIG_MISSING_MODULE',
      'CONFIG_UNSUPPORTED_DIRECTIVE',
      'CONFIG_UNKNOWN_DIRECTIVE',
    ]);
    expect(errors[0]?.hint).toBe(
      'it belongs to mod_tls.c, which is not available in this server; put it into <IfModule mod_tls.c> or remove it',
    );
    expect(errors[2]?.hint).toBe("did you mean '<VirtualHost>'?");
  });

  it('does not depend on case', async () => {
    expect(await messages('UMASK 022\n<LIMIT ALL>\ndenyall\n</limit>\n')).toEqual([]);
  });

  it('reports every error of a file, in the order of the lines', async () => {
    const { errors } = await check('Foo\n<Global>\nBar\nMaxInstances 3\n</Global>\nUmask\n');
    expect(errors.map(({ line }) => line)).toEqual([1, 3, 4, 6]);
  });
});

describe('contexts', () => {
  it.each([
    ['MaxInstances 3', '<Global>'],
    ['MaxInstances 3', '<VirtualHost a>'],
    ['MaxInstances 3', '<Anonymous /a>'],
    ['Umask 022', '<Limit ALL>'],
    ['Umask 022', '<Class x>'],
    ['From all', '<Directory /x>'],
    ['DenyAll', '<Global>'],
  ])('%s is refused in %s', async (line, section) => {
    const name = /\w+/u.exec(section)?.[0] ?? '';
    const [message] = await messages(`${section}\n${line}\n</${name}>\n`);
    expect(message).toContain(
      `${line.split(' ')[0]}: directive not allowed in <${name}> context on line 2 of '/t.conf'; it may stand in: `,
    );
  });

  it('calls the outermost context server config', async () => {
    const [message] = await messages('DenyAll\n');
    expect(message).toMatch(
      /^DenyAll: directive not allowed in server config context on line 1 of '\/t\.conf'/u,
    );
  });

  it.each([
    ['<IfUser bob>', '<VirtualHost a>', true],
    ['<IfUser bob>', '<Anonymous /a>', false],
    ['<IfUser bob>', '<Directory /x>', false],
    ['<Directory /y>', '<Anonymous /a>', true],
    ['<Directory /y>', '<Directory /x>', false],
    ['<Directory /y>', '<IfUser bob>', true],
    ['<Limit READ>', '<Directory /x>', true],
    ['<Limit READ>', '<Limit ALL>', false],
    ['<Anonymous /a>', '<Global>', true],
    ['<Anonymous /a>', '<Anonymous /b>', false],
    ['<Class y>', '<Global>', true],
    ['<Class y>', '<VirtualHost a>', false],
    ['<Global>', '<VirtualHost a>', true],
    ['<Global>', '<Global>', false],
    ['<VirtualHost a>', '<VirtualHost b>', false],
    ['<VirtualHost a>', '<Global>', false],
  ])('%s in %s is allowed: %s', async (inner, outer, isAllowed) => {
    const close = (section: string): string => `</${/\w+/u.exec(section)?.[0] ?? ''}>`;
    const { errors } = await check(`${outer}\n${inner}\n${close(inner)}\n${close(outer)}\n`);
    expect(errors.map(({ code, line }) => `${code} ${line}`)).toEqual(
      isAllowed ? [] : ['CONFIG_WRONG_CONTEXT 2'],
    );
  });

  it('takes the lines of mod_ifsession sections as lines of the section around', async () => {
    expect(await messages('<IfUser bob>\nMaxInstances 3\n</IfUser>\n')).toEqual([]);
    expect(await messages('<Global>\n<IfUser bob>\nMaxInstances 3\n</IfUser>\n</Global>\n')).toHaveLength(1);
  });

  it('warns of a mod_ifsession section inside of another, which ProFTPD never applies', async () => {
    const { errors, warnings } = await check('<IfUser bob>\n<IfGroup a>\n</IfGroup>\n</IfUser>\n');
    expect(errors).toEqual([]);
    expect(warnings).toMatchObject([{ code: 'CONFIG_SETTING_IGNORED', line: 2 }]);
  });

  it('lets the directives of the language stand where ProFTPD lets them', async () => {
    expect(await messages('<Directory /x>\nDefine A\n</Directory>\n')).toEqual([]);
    expect(await messages('<Global>\nLoadModule mod_core.c\n</Global>\n')).toHaveLength(1);
    expect(
      await messages(
        'ModulePath /usr/lib/proftpd\nModuleControlsACLs lsmod allow user *\nIncludeOptions AllowSymlinks\n',
      ),
    ).toEqual([]);
    expect(await messages('ModulePath lib\nIncludeOptions Foo\n')).toEqual([
      "ModulePath: must be an absolute path on line 1 of '/t.conf'; 'lib' is relative",
      "IncludeOptions: unknown IncludeOption 'Foo' on line 2 of '/t.conf'; known: AllowSymlinks, IgnoreTempFiles, IgnoreWildcards",
    ]);
  });
});

describe('parameters', () => {
  it('says what is wrong in the words of ProFTPD, at the parameter', async () => {
    const { errors } = await check('BanEngine\nBanEngine maybe\nSystemLog log\nSecond a b\n');
    expect(errors.map(({ code, column, message }) => [code, column, message])).toEqual([
      [
        'CONFIG_BAD_ARGUMENTS',
        1,
        "BanEngine: missing parameters on line 1 of '/t.conf'; syntax: BanEngine on|off",
      ],
      [
        'CONFIG_BAD_VALUE',
        11,
        "BanEngine: expected Boolean parameter on line 2 of '/t.conf'; write 'on' or 'off'",
      ],
      [
        'CONFIG_BAD_VALUE',
        11,
        "SystemLog: must be an absolute path on line 3 of '/t.conf'; 'log' is relative",
      ],
      ['CONFIG_BAD_VALUE', 10, "Second: bad second on line 4 of '/t.conf'"],
    ]);
  });

  it('warns of parameters that nothing reads', async () => {
    const { errors, warnings } = await check('BanEngine on # on\nBanEngine on off\n');
    expect(errors).toEqual([]);
    expect(warnings).toMatchObject([
      { line: 2, message: "BanEngine: parameters after 'on' are ignored on line 2 of '/t.conf'" },
    ]);
  });

  it('turns whatever a row throws into an error of the file', async () => {
    expect(await messages('Broken\n')).toEqual(["Broken: out of range on line 1 of '/t.conf'"]);
  });

  it.each([
    ['<Directory>\n</Directory>', '<Directory>: missing parameters'],
    ['<Directory x>\n</Directory>', '<Directory>: relative path not allowed in non-<Anonymous> sections'],
    ['<Directory *>\n</Directory>', '<Directory>: relative path not allowed in non-<Anonymous> sections'],
    ['<Anonymous ftp>\n</Anonymous>', '<Anonymous>: (ftp) absolute pathname required'],
    ['<Global x>\n</Global>', '<Global>: wrong number of parameters'],
    ['<IfUser>\n</IfUser>', '<IfUser>: missing parameters'],
    ['<IfUser regex a b>\n</IfUser>', '<IfUser>: wrong number of parameters'],
    ['<IfUser regex (>\n</IfUser>', "<IfUser>: '(' failed regex compilation"],
  ])('of %j are refused', async (config, message) => {
    const [first] = await messages(config);
    expect(first?.startsWith(message)).toBe(true);
  });

  it('allows relative paths in <Anonymous>', async () => {
    expect(
      await messages(
        '<Anonymous ~ftp>\n<Directory *>\n</Directory>\n<Directory pub/x>\n</Directory>\n</Anonymous>\n',
      ),
    ).toEqual([]);
  });

  it('refuses two sections for one folder', async () => {
    expect(await messages('<Directory /a>\n</Directory>\n<Directory /a>\n</Directory>\n')).toEqual([
      "<Directory>: <Directory> section already configured for '/a' on line 3 of '/t.conf'; the other one is on line 1 of '/t.conf'",
    ]);
  });
});

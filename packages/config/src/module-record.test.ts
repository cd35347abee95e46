import { describe, expect, it } from 'vitest';
import { parse, problems, shape } from '../test/parsing.ts';

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

  it('asks for modules below the folder that ModulePath named last', async () => {
    const asked: (string | undefined)[] = [];
    await parse('LoadModule @acme/a\nModulePath /m\nLoadModule @acme/b\n', {
      modules: {
        status: () => 'loadable',
        refusal: (name, path) => {
          asked.push(`${name} in ${path}`);
          return undefined;
        },
      },
    });
    expect(asked).toEqual(['@acme/a in undefined', '@acme/b in /m']);
  });

  it('does not load what must not be loaded, and says why', async () => {
    const { errors, loadedModules } = await parse('LoadModule @acme/a\n', {
      modules: { status: () => 'loadable', refusal: () => 'others may write to it' },
    });
    expect(loadedModules).toEqual([]);
    expect(errors).toMatchObject([
      {
        code: 'CONFIG_MODULE_REFUSED',
        message: "LoadModule: error loading module '@acme/a': others may write to it on line 1 of '/t.conf'",
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

  it('lets a distribution’s file start that loads many modules and switches most of them off', async () => {
    const { errors, warnings } = await parse(
      [
        'ModuleControlsACLs insmod,rmmod allow user root',
        ...['ctrls_admin', 'quotatab', 'quotatab_file', 'ratio', 'wrap2', 'ban', 'dynmasq', 'ifsession'].map(
          (name) => `LoadModule mod_${name}.c`,
        ),
        '<IfModule mod_quotatab.c>\nQuotaEngine off\n</IfModule>',
        '<IfModule mod_ratio.c>\nRatios off\n</IfModule>',
        '<IfModule mod_delay.c>\nDelayEngine on\n</IfModule>',
        '<IfModule mod_ctrls.c>\nControlsEngine off\nControlsMaxClients 2\nControlsSocket /run/x.sock\n</IfModule>',
        '<IfModule mod_ctrls_admin.c>\nAdminControlsEngine off\n</IfModule>',
        '<IfModule mod_dynmasq.c>\n# DynMasqRefresh 28800\n</IfModule>',
        '<IfModule mod_ident.c>\nIdentLookups off\n</IfModule>\n',
      ].join('\n'),
    );
    expect(errors).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['CONFIG_MODULE_UNAVAILABLE']);
  });
});

import { describe, expect, it } from 'vitest';
import { names, parse, problems, shape } from '../test/parsing.ts';

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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { names, parse, problems } from '../test/parsing.ts';
import { walk } from './tree.ts';

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

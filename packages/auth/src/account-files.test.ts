import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseId } from './account-file.ts';
import { parseGroupFile } from './group-file.ts';
import { parseUserFile } from './user-file.ts';

const bob = { user: 'bob', hash: 'H', uid: 1000, gid: 1001, comment: 'Bob B', home: '/h', shell: '/bin/sh' };
const bobLine = 'bob:H:1000:1001:Bob B:/h:/bin/sh';

describe('an AuthUserFile', () => {
  it.each([
    ['a whole line', `${bobLine}\n`, bob],
    ['a last line without its end', bobLine, bob],
    ['more than seven fields', `${bobLine}:more:fields\n`, bob],
    [
      'empty comment, home and shell',
      'bob:H:1:2:::\n',
      { ...bob, uid: 1, gid: 2, comment: '', home: '', shell: '' },
    ],
    ['no hash', 'bob::1000:1001:Bob B:/h:/bin/sh\n', { ...bob, hash: '' }],
    [
      'blanks around the name, which are part of it',
      ` bob :H:1000:1001:Bob B:/h:/bin/sh\n`,
      { ...bob, user: ' bob ' },
    ],
    ['CRLF, whose carriage return is part of the shell', `${bobLine}\r\n`, { ...bob, shell: '/bin/sh\r' }],
    ['a negative uid', 'bob:H:-2:1001:Bob B:/h:/bin/sh\n', { ...bob, uid: 4294967294 }],
    ['a uid with a sign and blanks', 'bob:H: +1000:1001:Bob B:/h:/bin/sh\n', bob],
    [
      'a line that ProFTPD would cut',
      `bob:H:1000:1001:${'g'.repeat(3000)}:/h:/bin/sh\n`,
      { ...bob, comment: 'g'.repeat(3000) },
    ],
    ['an entry after junk', `# comment\n\njunk\na:b:c\n${bobLine}\n`, bob],
  ])('is read with %s', (_, text, entry) => {
    expect(parseUserFile(text).entries).toEqual([entry]);
  });

  it.each([
    ['\n', 'Malformed entry in AuthUserFile file (field count 1 != 7, line 1)'],
    ['a:b:c\n', 'Malformed entry in AuthUserFile file (field count 3 != 7, line 1)'],
    ['a:H:1:1::/h\n', 'Malformed entry in AuthUserFile file (field count 6 != 7, line 1)'],
    ['# c\na:H:x:1::/h:/s\n', "AuthUserFile: non-numeric UID field 'x' for user 'a' (line 2), skipping"],
    ['a:H:0x10:1::/h:/s\n', "AuthUserFile: non-numeric UID field '0x10' for user 'a' (line 1), skipping"],
    ['a:H:1:1x::/h:/s\n', "AuthUserFile: non-numeric GID field '1x' for user 'a' (line 1), skipping"],
    ['a:H:::/h:/s:\n', "AuthUserFile: missing UID/GID fields for user 'a' (line 1), skipping"],
    ['+::::::\n', "AuthUserFile: missing UID/GID fields for user '+' (line 1), skipping"],
    [
      'a:H:4294967296:1::/h:/s\n',
      "AuthUserFile: non-numeric UID field '4294967296' for user 'a' (line 1), skipping",
    ],
    ['a:H:-1:1::/h:/s\n', "AuthUserFile: non-numeric UID field '-1' for user 'a' (line 1), skipping"],
  ])('gives no entry for %j, and says why', (text, problem) => {
    expect(parseUserFile(text)).toEqual({
      entries: [],
      problems: [{ line: text.split('\n').length - 1, text: problem }],
    });
  });

  it('gives no entry for a line beyond 65536 bytes', () => {
    const { entries, problems } = parseUserFile(`a:H:1:1:${'g'.repeat(70_000)}:/h:/s\n${bobLine}\n`);
    expect(entries).toEqual([bob]);
    expect(problems).toEqual([{ line: 1, text: 'line 1 is longer than 65536 bytes' }]);
  });

  it('gives back every entry that was written into it', () => {
    const field = fc.stringMatching(/^[^:\n\r#]{0,12}$/);
    const entry = fc.record({
      user: field,
      hash: field,
      uid: fc.nat(4294967294),
      gid: fc.nat(4294967294),
      comment: field,
      home: field,
      shell: field,
    });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const text = entries.map((e) => `${Object.values(e).join(':')}\n`).join('');
        expect(parseUserFile(text)).toEqual({ entries, problems: [] });
      }),
      { numRuns: 50 },
    );
  });

  it('is read to its end whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ':', '\n', '#', '0', '-', '\r', '\0', '\udc80') }),
        (text) => {
          const { entries, problems } = parseUserFile(text);
          const lines = text
            .split('\n')
            .filter((line, at, all) => !line.startsWith('#') && (at < all.length - 1 || line !== ''));
          expect(entries.length + problems.length).toBe(lines.length);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('an AuthGroupFile', () => {
  it.each([
    ['g:x:5:a,b\n', { group: 'g', gid: 5, members: ['a', 'b'] }],
    ['g:x:5\n', { group: 'g', gid: 5, members: [] }],
    ['g:x:5:', { group: 'g', gid: 5, members: [] }],
    ['g:x:5:a, b,,c:more\n', { group: 'g', gid: 5, members: ['a', ' b', 'c'] }],
    ['#c\n\ng:*:5:a\n', { group: 'g', gid: 5, members: ['a'] }],
  ])('is read from %j', (text, entry) => {
    expect(parseGroupFile(text).entries).toEqual([entry]);
  });

  it.each([
    ['g\n', 'Malformed entry in AuthGroupFile file (line 1)'],
    ['g:x\n', 'Malformed entry in AuthGroupFile file (line 1)'],
    ['\n', 'Malformed entry in AuthGroupFile file (line 1)'],
    ['g:x::a\n', "AuthGroupFile: missing GID field for group 'g' (line 1), skipping"],
    ['g:*:x:a\n', "AuthGroupFile: non-numeric GID field 'x' for group 'g' (line 1)"],
  ])('gives no entry for %j, and says why', (text, problem) => {
    expect(parseGroupFile(text)).toEqual({ entries: [], problems: [{ line: 1, text: problem }] });
  });
});

describe('an id', () => {
  it.each([
    ['0', 0],
    ['65534', 65534],
    ['4294967294', 4294967294],
    ['-5', 4294967291],
    ['-0', 0],
    ['\t7', 7],
  ])('%j is %d', (text, id) => {
    expect(parseId(text)).toBe(id);
  });

  it.each([
    '',
    ' ',
    '4294967295',
    '4294967296',
    '-4294967296',
    '99999999999999999999999',
    '1 ',
    '1e3',
    '0x1',
    '+-1',
    '१',
  ])('%j is none', (text) => {
    expect(parseId(text)).toBeUndefined();
  });
});

import { expect, it } from 'vitest';
import { isAllowedEntry, parseFileRestrictions } from './file-restrictions.ts';

it.each([
  ['id 10-20', 10, 'a', '/h', true],
  ['id 10-20', 9, 'a', '/h', false],
  ['id 10-20', 21, 'a', '/h', false],
  ['name ^ftp', 1, 'ftp1', '/h', true],
  ['name ^ftp', 1, 'xftp', '/h', false],
  ['name !^ftp', 1, 'ftp1', '/h', false],
  ['home !^/home name ^a', 1, 'a', '/home/a', false],
  ['home !^/home name ^a', 1, 'a', '/srv/a', true],
  ['NAME ^a', 1, 'b', '/h', false],
  ['', 1, 'b', '/h', true],
])('"%s" on uid %d, name %s, home %s: %s', (words, id, name, home, isAllowed) => {
  const restrictions = parseFileRestrictions(
    'user',
    words.split(' ').filter((word) => word !== ''),
  );
  expect(isAllowedEntry(restrictions, { id, name, home })).toBe(isAllowed);
});

it.each([
  ['user', 'id 5', 'badly formatted ID restriction parameter'],
  ['user', 'id 10-5', 'minimum cannot be larger than maximum'],
  ['user', 'id a-5', 'badly formatted minimum ID'],
  ['user', 'id 1-b', 'badly formatted maximum ID'],
  ['user', 'id', "missing parameter for restriction 'id'"],
  ['user', 'foo x', "unknown restriction 'foo'"],
  ['group', 'home ^/', "unknown restriction 'home'"],
] as const)('for a %s file, "%s" is refused: %s', (kind, words, text) => {
  expect(() => parseFileRestrictions(kind, words.split(' '))).toThrow(
    expect.objectContaining({ code: 'AUTH_RESTRICTION_INVALID', message: text }),
  );
});

it('names the regular expression that does not compile', () => {
  expect(() => parseFileRestrictions('user', ['name', '!['])).toThrow(/^'\[' failed regex compilation: /);
});

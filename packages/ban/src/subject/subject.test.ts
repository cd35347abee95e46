import { expect, test } from 'vitest';
import { isBanError } from '../errors.ts';
import { canonicalSubject, groupedSubject, subjectOfId, type SubjectType } from './subject.ts';

const idOf = (type: SubjectType, name: string): string => canonicalSubject({ type, name }).id;

test('all spellings of a host are one subject', () => {
  expect(idOf('host', '::ffff:1.2.3.4')).toBe('host:1.2.3.4');
  expect(idOf('host', '2001:DB8::0001')).toBe('host:2001:db8::1');
  expect(idOf('host', '10.9.8.7/8')).toBe('host:10.0.0.0/8');
  expect(idOf('user@host', 'a@b@::ffff:1.2.3.4')).toBe('user@host:a@b@1.2.3.4');
});

test('names keep their case and their bytes', () => {
  expect(idOf('user', 'Bob: \udce9')).toBe('user:Bob: \udce9');
  expect(idOf('key', 'token 7')).toBe('key:token 7');
});

test.each([
  ['host', 'example.org'],
  ['host', ''],
  ['user', ''],
  ['user', 'x'.repeat(513)],
  ['user@host', 'bob'],
  ['user@host', '@1.2.3.4'],
  ['user@host', 'bob@example.org'],
  ['group' as SubjectType, 'x'],
] as const)('the %s %j is refused', (type, name) => {
  let thrown: unknown;
  try {
    canonicalSubject({ type, name });
  } catch (error) {
    thrown = error;
  }
  expect(isBanError(thrown, 'BAN_BAD_SUBJECT')).toBe(true);
});

test('IPv6 hosts are grouped by their network, IPv4 ones and networks are not', () => {
  const grouped = (name: string): string => groupedSubject(canonicalSubject({ type: 'host', name }), 64).name;
  expect(grouped('2001:db8:0:1:5::9')).toBe('2001:db8:0:1::/64');
  expect(grouped('1.2.3.4')).toBe('1.2.3.4');
  expect(grouped('2001:db8::/32')).toBe('2001:db8::/32');
});

test('only a canonical id is read back', () => {
  expect(subjectOfId('host:10.0.0.0/8')?.name).toBe('10.0.0.0/8');
  expect(subjectOfId('user@host:bob@::1')?.name).toBe('bob@::1');
  for (const id of ['host:10.0.0.1/8', 'host', 'x:y', ':a', 'user:']) expect(subjectOfId(id)).toBeUndefined();
});

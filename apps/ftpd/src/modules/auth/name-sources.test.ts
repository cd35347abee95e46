import { expect, it } from 'vitest';
import { hasMoreSources } from './name-sources.ts';

it.each([
  ['passwd: files\ngroup: files\n', false],
  ['passwd:         files systemd\ngroup: compat [SUCCESS=merge] systemd\nhosts: dns\n', false],
  ['# passwd: ldap\npasswd: files # ldap\n', false],
  ['', false],
  ['passwd: files sss\n', true],
  ['passwd: files\n  group : files [NOTFOUND=return] ldap\n', true],
])('knows from nsswitch.conf whether names come from more than files: %j', (text, expected) => {
  expect(hasMoreSources(() => text)).toBe(expected);
});

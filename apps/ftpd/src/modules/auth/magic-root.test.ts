import { expect, it } from 'vitest';
import type { Account } from '@ftpd/auth';
import { magicRoot } from './magic-root.ts';

const at = (home: string): Account => ({
  user: 'alice',
  uid: 1,
  gid: 1,
  groupNames: [],
  groupIds: [1],
  comment: '',
  home,
  shell: '',
});

it.each([
  ['/srv/./alice', '/srv', '/srv/alice'],
  ['/srv/./a/./b', '/srv', '/srv/a/b'],
  ['/./home', '/', '/home'],
  ['/srv//x/./alice/', '/srv/x', '/srv/x/alice/'],
])('reads the root and the start from %s', (home, root, whole) => {
  expect(magicRoot(at(home))).toEqual({ ...at(whole), root });
});

it.each(['/srv/alice', '/srv/alice/./', '/srv/.alice', '/srv/./', ''])('leaves %j as it is', (home) => {
  expect(magicRoot(at(home))).toEqual(at(home));
});

it('never leads above the root', () => {
  const account = magicRoot(at('/srv/./../../etc'));
  expect(account.root).toBe('/srv');
  expect(account.home).toBe('/srv/etc');
});

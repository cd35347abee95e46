import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isDeniedUser, isValidShell, parseNameList, readNameList } from './name-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'auth-list-'));
afterAll(() => rmSync(folder, { recursive: true }));

const list = parseNameList('# comment\nroot\nblank \n lead\nnote # x\ncrlf\r\n\n#hash\nUPPER\nlast');

it.each([
  ['root', true],
  ['crlf', true],
  ['last', true],
  ['blank', false],
  ['blank ', true],
  ['lead', false],
  ['note', false],
  ['#hash', false],
  ['upper', false],
  ['', false],
])('a list of names holds %j: %s, as ProFTPD reads /etc/ftpusers', (name, isListed) => {
  expect(isDeniedUser(name, list)).toBe(isListed);
  expect(isValidShell(name, list)).toBe(isListed);
});

it('without a file nobody is denied and every shell is valid', () => {
  expect(isDeniedUser('root', undefined)).toBe(false);
  expect(isValidShell('', undefined)).toBe(true);
});

it('is read from a file; a missing one is none, an unreadable one is an error', async () => {
  const path = join(folder, 'ftpusers');
  writeFileSync(path, Buffer.from([0x72, 0xe9, 0x0a]));
  expect(await readNameList(path)).toEqual(new Set(['r\udce9']));
  expect(await readNameList(join(folder, 'none'))).toBeUndefined();
  await expect(readNameList(folder)).rejects.toMatchObject({ code: 'AUTH_FILE_UNREADABLE' });
});

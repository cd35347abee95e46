import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAccountFile } from './file-safety.ts';

const folder = mkdtempSync(join(tmpdir(), 'auth-safety-'));
const path = join(folder, 'users');
const openFolder = join(folder, 'open');

beforeAll(() => {
  writeFileSync(path, '');
  mkdirSync(openFolder);
  writeFileSync(join(openFolder, 'users'), '', { mode: 0o600 });
  chmodSync(openFolder, 0o1777);
  symlinkSync('users', join(folder, 'link'));
  symlinkSync('open/users', join(folder, 'bad-link'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('an account file', () => {
  it.each([
    [0o600, 'AuthUserFile'],
    [0o640, 'AuthUserFile'],
    [0o660, 'AuthUserFile'],
    [0o644, 'AuthGroupFile'],
  ] as const)('of mode %o is taken as %s', (mode, kind) => {
    chmodSync(path, mode);
    expect(checkAccountFile(kind, path)).toEqual([]);
  });

  it.each([
    [0o644, 'AuthUserFile', 'world-readable', '0644'],
    [0o606, 'AuthUserFile', 'world-readable', '0606'],
    [0o602, 'AuthUserFile', 'world-writable', '0602'],
    [0o646, 'AuthGroupFile', 'world-writable', '0646'],
  ] as const)("of mode %o is refused as %s in ProFTPD's words", (mode, kind, danger, permissions) => {
    chmodSync(path, mode);
    expect(() => checkAccountFile(kind, path)).toThrow(
      expect.objectContaining({
        code: 'AUTH_FILE_INSECURE',
        message: `unable to use ${path}: Operation not permitted`,
        cause: expect.objectContaining({
          message: `unable to use ${danger} ${kind} '${path}' (perms ${permissions}): Operation not permitted`,
        }) as unknown,
      }),
    );
    expect(checkAccountFile(kind, path, { ignoresPermissions: true })).toEqual([]);
  });

  it('in a folder that all may write to is refused, sticky or not, through a link too', () => {
    const log = `unable to use AuthUserFile from world-writable directory '${openFolder}' (perms 1777): Operation not permitted`;
    for (const insecure of [join(openFolder, 'users'), join(folder, 'bad-link')]) {
      expect(() => checkAccountFile('AuthUserFile', insecure)).toThrow(
        expect.objectContaining({
          code: 'AUTH_FILE_INSECURE',
          cause: expect.objectContaining({ message: log }) as unknown,
        }),
      );
    }
  });

  it.each([
    ['etc/users', 'AUTH_FILE_RELATIVE_PATH', "unable to use relative path for AuthUserFile 'etc/users'."],
    [
      join(folder, 'none'),
      'AUTH_FILE_MISSING',
      `unable to use ${join(folder, 'none')}: No such file or directory`,
    ],
    [folder, 'AUTH_FILE_NOT_A_FILE', `unable to use ${folder}: Is a directory`],
  ])('%s is refused with %s', (wrong, code, message) => {
    expect(() => checkAccountFile('AuthUserFile', wrong)).toThrow(expect.objectContaining({ code, message }));
  });

  it('behind a symbolic link is refused under its own name', () => {
    chmodSync(path, 0o644);
    const log = `unable to use world-readable AuthUserFile '${path}' (perms 0644): Operation not permitted`;
    expect(() => checkAccountFile('AuthUserFile', join(folder, 'link'))).toThrow(
      expect.objectContaining({
        message: `unable to use ${join(folder, 'link')}: Operation not permitted`,
        cause: expect.objectContaining({ message: log }) as unknown,
      }),
    );
  });

  it('behind a symbolic link is taken with a warning', () => {
    chmodSync(path, 0o600);
    expect(checkAccountFile('AuthUserFile', join(folder, 'link'))).toEqual([
      `AuthUserFile '${join(folder, 'link')}' is a symbolic link`,
    ]);
  });
});

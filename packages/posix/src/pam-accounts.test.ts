import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRoot, scratchFolder } from '../test/scratch-folder.ts';
import { cryptPassword, getspnam, startPam } from './index.ts';

const configurationFolder = scratchFolder();
writeFileSync(
  join(configurationFolder, 'unix'),
  'auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n',
);

const user = `pxt${process.pid}`;
const password = 'Geheim: ß';
const hash = (method: string): string => cryptPassword(Buffer.from(password), method) ?? '';

function ask(given: string): string[] {
  const pam = startPam({ service: 'unix', user, password: Buffer.from(given), configurationFolder });
  try {
    return [pam.authenticate().code, pam.checkAccount().code];
  } finally {
    pam.end();
  }
}

const usermod = (...args: string[]): unknown => execFileSync('usermod', [...args, user]);
const chage = (...args: string[]): unknown => execFileSync('chage', [...args, user]);

describe.runIf(isRoot)('an account of the system', () => {
  beforeAll(() => {
    execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', '--password', hash('$6$abc'), user]);
  });
  afterAll(() => {
    execFileSync('userdel', ['--force', user], { stdio: 'ignore' });
  });

  test.each(['$1$abc', '$5$abc', '$6$abc', '$2b$05$abcdefghijklmnopqrstuu', '$y$j9T$abcd'])(
    'with a hash of %s is known by its password alone',
    (method) => {
      usermod('--password', hash(method));
      expect(ask(password)).toEqual(['PAM_SUCCESS', 'PAM_SUCCESS']);
      expect(ask('wrong')[0]).toBe('PAM_AUTH_ERR');
      expect(ask('')[0]).toBe('PAM_AUTH_ERR');
      expect(Buffer.from(getspnam(user)?.hash ?? []).toString()).toBe(hash(method));
    },
  );

  test('that is locked is refused', () => {
    usermod('--lock');
    expect(ask(password)[0]).toBe('PAM_AUTH_ERR');
    usermod('--unlock');
    expect(ask(password)[0]).toBe('PAM_SUCCESS');
  });

  test('that has expired passes with its password, and not as an account', () => {
    chage('--expiredate', '1');
    expect(getspnam(user)?.expireDay).toBe(1);
    expect(ask(password)).toEqual(['PAM_SUCCESS', 'PAM_ACCT_EXPIRED']);
    chage('--expiredate', '-1');
    expect(getspnam(user)?.expireDay).toBeUndefined();
  });

  test('whose password is too old has to change it', () => {
    chage('--lastday', '0');
    expect(getspnam(user)?.lastChangeDay).toBe(0);
    expect(ask(password)).toEqual(['PAM_SUCCESS', 'PAM_NEW_AUTHTOK_REQD']);
    chage('--lastday', '20000', '--maxdays', '5', '--warndays', '3', '--inactive', '2');
    expect(getspnam(user)).toMatchObject({
      lastChangeDay: 20_000,
      maxDays: 5,
      warnDays: 3,
      inactiveDays: 2,
    });
    expect(ask(password)).toEqual(['PAM_SUCCESS', 'PAM_AUTHTOK_EXPIRED']);
  });
});

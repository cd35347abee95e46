import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { hashPassword } from '@ftpd/auth';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createRunFixture } from './run-fixture.ts';

const { folder, file, home, shadowFile, bob, passwd, group, content, run } = createRunFixture();
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(file, { force: true }));

describe('a refusal leaves the file as it is', () => {
  it.each([
    [1, 'error: no such user bob in', passwd('--name=bob', '--change-password')],
    [1, 'error: no such user bob in', passwd('--name=bob', '--change-home', '--home=/h')],
    [1, 'error: no such user bob in', passwd('--name=bob', '--delete-user')],
    [1, 'error: no such user bob in', passwd('--name=bob', '-l')],
    [1, 'error: no such group g in', group('--name=g', '--delete-group')],
    [1, 'error: no such group g in', group('--name=g', '--add-member=a')],
    [2, 'error: password matches current password', passwd('--name=al', '--change-password', '--stdin')],
    [2, 'error: password matches current password', passwd('--name=locked', '--change-password', '--stdin')],
    [
      2,
      'error: password matches current password',
      [...passwd('--name=al', '--uid=1', `--home=${home}`, '--shell=/s'), '--not-previous-password'],
    ],
    [
      4,
      'error: password matches system password',
      [...passwd('--name=sys', '--uid=1', `--home=${home}`, '--shell=/s'), '--not-system-password'],
    ],
    [
      16,
      'kind that cannot be compared',
      [...passwd('--name=yes', '--uid=1', `--home=${home}`, '--shell=/s'), '--not-system-password'],
    ],
    [
      8,
      'error: relative path given for home directory',
      passwd('--name=al', '--uid=1', '--home=rel', '--shell=/s'),
    ],
    [8, 'error: relative path given for home directory', passwd('--name=al', '--change-home', '--home=rel')],
    [8, '--home /no/where does not exist', passwd('--name=al', '--uid=1', '--home=/no/where', '--shell=/s')],
    [255, 'please use *one*: --passwd, --group, or --hash', ['--passwd', '--group']],
    [255, 'missing required --passwd or --group', []],
    [255, 'use ftpasswd --help for details on usage', ['--name=a']],
    [255, '--passwd: missing required argument: --name', passwd('--uid=1')],
    [255, '--passwd: missing required argument: --home', passwd('--name=a', '--uid=1')],
    [255, '--passwd: missing required argument: --shell', passwd('--name=a', '--uid=1', '--home=/')],
    [255, '--passwd: missing required argument: --uid', passwd('--name=a', '--shell=/s', '--home=/')],
    [255, '--group: missing required argument: --gid', group('--name=a')],
    [255, '--change-home requires use of --home', passwd('--name=al', '--change-home')],
    [255, 'Unknown option: bogus', passwd('--name=al', '--lock', '--bogus')],
    [255, 'Value "x" invalid for option uid (number expected)', passwd('--name=al', '--uid=x')],
    [255, 'Option home requires an argument', passwd('--name=al', '--home')],
    [255, '--uid must be 0 to 4294967294', passwd('--name=al', '--uid=-5', '--home=/', '--shell=/s')],
    [255, '--gid must be 0 to 4294967294', group('--name=al', '--gid=4294967295')],
    [255, '--name must not contain a colon or control characters', passwd('--name=a:b', '--lock')],
    [255, '--name must not contain a colon or control characters', passwd('--name=a\nb', '--lock')],
    [255, '--name must not begin with #', passwd('--name=#a', '--lock')],
    [
      255,
      '--gecos must not contain a colon or control characters',
      passwd('--name=a', '--uid=1', '--home=/', '--shell=/s', '--gecos=a:b'),
    ],
    [255, 'a member must not be empty', group('--name=g', '--add-member=a,b')],
    [255, '--use-cracklib is not supported', passwd('--name=a', '--use-cracklib')],
    [255, 'please use *one*: --des, --md5', ['--hash', '--des', '--md5']],
  ])('with exit code %d: %s (%j)', async (code, text, argv) => {
    const al = `al:${hashPassword('pw', 'md5')}:1:1::/h:/s\n`;
    writeFileSync(file, `${al}${al.replace('al:', 'locked:!')}`);
    writeFileSync(shadowFile, `sys:${hashPassword('pw', 'md5')}:1::::::\nyes:$y$j9T$a$b:1::::::\n`);
    const before = content();
    const result = await run(argv);
    expect(result.errors).toContain(text);
    expect(result.code).toBe(code);
    expect(content()).toBe(before);
    rmSync(shadowFile);
  });

  it.each([
    ['none', null, 'error: no password given'],
    ['one with a NUL', 'p\0w', 'error: The password holds a NUL'],
    ['one of 512 bytes', 'p'.repeat(512), 'longer than 511 bytes'],
  ])('when the password is %s', async (_, password, text) => {
    const { code, errors } = await run(bob, password);
    expect([code, errors]).toEqual([16, expect.stringContaining(text)]);
    expect(existsSync(file)).toBe(false);
  });

  it('when the folder is not there', async () => {
    const { code, errors } = await run([...bob, `--file=${folder}/none/file`]);
    expect([code, errors]).toEqual([16, expect.stringContaining('ENOENT')]);
  });
});

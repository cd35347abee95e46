import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { checkPassword } from '@ftpd/auth';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createRunFixture } from './run-fixture.ts';

const { folder, file, home, bob, passwd, group, content, run } = createRunFixture();
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(file, { force: true }));

/** The content with hashes replaced by their kind. */
const shape = (): string => content().replaceAll(/\$(\w+)\$[^:]+/g, '$$$1');

describe('a user', () => {
  it('is created in a new file that only its owner can read', async () => {
    expect(await run(bob)).toEqual({
      code: 0,
      errors: '',
      printed: [
        `ftpasswd: using alternate file: ${file}`,
        'ftpasswd: --passwd: missing --gid argument: default gid set to uid',
        'ftpasswd: creating passwd entry for user bob',
        'ftpasswd: entry created',
      ].join('\n'),
    });
    expect(shape()).toBe(`bob:$5:1001:1001::${home}:/bin/sh\n`);
    expect(checkPassword('pw', content().split(':')[1] ?? '')).toBe('match');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['file', 'home']);
  });

  it.each([
    ['--des', /^bob:[./\w]{13}:/],
    ['--md5', /^bob:\$1\$/],
    ['--sha256', /^bob:\$5\$/],
    ['--sha512', /^bob:\$6\$/],
    ['--bcrypt', /^bob:\$2b\$10\$/],
  ])('gets a hash of the kind %s', async (option, pattern) => {
    await run([...bob, option]);
    expect(content()).toMatch(pattern);
    expect(checkPassword('pw', content().split(':')[1] ?? '')).toBe('match');
  });

  it('is noted to need RequireValidShell off when the shell is not in /etc/shells', async () => {
    const { code, errors } = await run([...bob, '--shell=/no/shell']);
    expect(code).toBe(0);
    expect(errors).toBe(
      'ftpasswd: note: /no/shell is not in /etc/shells: this user can log in only with "RequireValidShell off"',
    );
  });
});

const old = [
  '# a comment',
  '',
  'junk',
  'al:H:1:1::/h:/s',
  'bob:H:2:2:Bob:/h:/s:extra',
  ' bob:x',
  'bob:second:3:3::/h:/s',
  '#bob:H:4:4::/h:/s',
  '',
].join('\n');

describe('an existing file', () => {
  it.each([
    [
      'a user is added behind the others',
      ['--name=cy', '--uid=7', '--gid=8', '--gecos=Cy C', `--home=${home}`, '--shell=/bin/sh'],
      `${old}cy:$5:7:8:Cy C:${home}:/bin/sh\n`,
    ],
    [
      'a user gets new values in the place where it was',
      ['--name=bob', '--uid=7', `--home=${home}`, '--shell=/bin/sh'],
      old.replace('bob:H:2:2:Bob:/h:/s', `bob:$5:7:7:Bob:${home}:/bin/sh`),
    ],
    ['a password is changed', ['--name=bob', '--change-password'], old.replace('bob:H:2', 'bob:$5:2')],
    ['a home is changed', ['--name=bob', '--change-home', '--home=/new'], old.replace('Bob:/h', 'Bob:/new')],
    ['a user is locked', ['--name=bob', '--lock'], old.replace('bob:H:2', 'bob:!H:2')],
    ['unlocking an unlocked user changes nothing', ['--name=bob', '-u'], old],
    [
      'a user is deleted, with all its entries',
      ['--name=bob', '--delete-user'],
      old.replace('bob:H:2:2:Bob:/h:/s:extra\n', '').replace('bob:second:3:3::/h:/s\n', ''),
    ],
    [
      '--force begins anew',
      ['--name=cy', '--uid=7', `--home=${home}`, '--shell=/bin/sh', '-F'],
      `cy:$5:7:7::${home}:/bin/sh\n`,
    ],
  ])('%s; comments and all other lines stay', async (_, argv, expected) => {
    writeFileSync(file, old);
    expect(await run([...passwd(...argv), '--stdin'])).toMatchObject({ code: 0 });
    expect(shape()).toBe(expected);
  });

  it.each([
    ['g', ['--name=g', '--gid=5'], 'g:x:5:a,b\n'],
    ['g with other members', ['--name=g', '--gid=5', '--member=c', '-m', 'd,e', '-m', 'c'], 'g:x:5:c,d,e\n'],
    ['g and one more', ['--name=g', '--add-member=c'], 'g:x:4:a,b,c\n'],
    ['g and the same again', ['--name=g', '--add-member=a'], 'g:x:4:a,b\n'],
    ['g less one', ['--name=g', '--delete-member=a'], 'g:x:4:b\n'],
    ['g less somebody else', ['--name=g', '--delete-member=z'], 'g:x:4:a,b\n'],
    ['a password for g', ['--name=g', '--gid=4', '--enable-group-passwd', '--stdin'], 'g:$5:4:a,b\n'],
    ['h besides', ['--name=h', '--gid=5'], 'g:x:4:a,b\nh:x:5:\n'],
    ['nothing', ['--name=g', '--delete-group'], ''],
  ])('of groups holds then: %s', async (_, argv, expected) => {
    writeFileSync(file, 'g:x:4:a,b\n');
    expect(await run(group(...argv))).toMatchObject({ code: 0 });
    expect(shape()).toBe(expected);
  });

  it('keeps its mode, its bytes, and the link that leads to it', async () => {
    const target = join(folder, 'target');
    const before = Buffer.from('# caf\xe9\nal:H:1:1:\xff:/h:/s', 'latin1');
    writeFileSync(target, before);
    chmodSync(target, 0o640);
    symlinkSync('target', file);
    expect(await run(bob)).toMatchObject({ code: 0 });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(readFileSync(target).subarray(0, before.length)).toEqual(before);
    expect(readFileSync(target, 'latin1').split('\n')).toHaveLength(4);
    rmSync(target);
  });

  it('that the server would refuse is noted', async () => {
    writeFileSync(file, '', { mode: 0o644 });
    chmodSync(file, 0o644);
    expect(await run(bob)).toMatchObject({
      code: 0,
      errors: `ftpasswd: note: the server will not start with this file: unable to use world-readable AuthUserFile '${file}' (perms 0644): Operation not permitted`,
    });
  });

  it('locked and unlocked is what it was', async () => {
    await run(bob);
    const before = content();
    for (const option of ['-l', '--lock', '--unlock', '-u']) await run(passwd('--name=bob', option));
    expect(content()).toBe(before);
  });
});

describe('without a file', () => {
  it('prints a hash for UserPassword', async () => {
    const { code, printed } = await run(['--hash', '--md5']);
    expect(code).toBe(0);
    expect(checkPassword('pw', printed.replace('ftpasswd: ', ''))).toBe('match');
  });

  it.each([['--help'], ['-h']])('prints help with %s', async (option) => {
    expect(await run([option])).toMatchObject({
      code: 0,
      errors: '',
      printed: expect.stringMatching(/^usage: ftpasswd/) as unknown,
    });
  });

  it('prints its version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, errors: '', printed: '1.2.3' });
  });

  it('takes shortened names and separate values, as Getopt::Long', async () => {
    await run([
      '--pass',
      '--nam',
      'bob',
      '--ui',
      '7',
      '--home',
      home,
      '--she=/bin/sh',
      '--fil',
      file,
      '--std',
    ]);
    expect(shape()).toBe(`bob:$5:7:7::${home}:/bin/sh\n`);
  });

  it('takes no name that could mean two options', async () => {
    expect(await run(['--passwd', '--delete', '--name=bob'])).toMatchObject({
      code: 255,
      errors: expect.stringContaining('Unknown option: delete') as unknown,
    });
  });
});

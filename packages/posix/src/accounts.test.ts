import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inProcess } from '../test/in-process.ts';
import { isRoot } from '../test/scratch-folder.ts';
import {
  getgrgid,
  getgrgidAsync,
  getgrnam,
  getgrnamAsync,
  getgrouplist,
  getgrouplistAsync,
  getpwnam,
  getpwnamAsync,
  getpwuid,
  getpwuidAsync,
  getspnam,
  getspnamAsync,
  type GroupEntry,
  type PasswdEntry,
} from './index.ts';

// Accounts that every Debian has. Others may come and go while other tests run.
const lasting: ReadonlySet<string> = new Set([
  'root',
  'daemon',
  'bin',
  'sys',
  'mail',
  'tty',
  'nobody',
  'nogroup',
]);

const lines = (path: string): string[][] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name = '']) => lasting.has(name));

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const passwdLine = (entry: PasswdEntry | undefined): string[] | undefined =>
  entry && [
    text(entry.name),
    text(entry.password),
    `${entry.uid}`,
    `${entry.gid}`,
    text(entry.comment),
    text(entry.home),
    text(entry.shell),
  ];
const groupLine = (entry: GroupEntry | undefined): string[] | undefined =>
  entry && [text(entry.name), text(entry.password), `${entry.gid}`, entry.members.map(text).join(',')];
const failsWith = (code: string): unknown => expect.objectContaining({ code, name: 'PosixError' });

describe('users', () => {
  test('by name are those of /etc/passwd, on the thread and off it', async () => {
    for (const line of lines('/etc/passwd')) {
      expect(passwdLine(getpwnam(line[0] ?? ''))).toEqual(line);
      expect(passwdLine(await getpwnamAsync(Buffer.from(line[0] ?? '')))).toEqual(line);
    }
  });

  test('by number have that number', async () => {
    expect(text(getpwuid(0)?.name ?? new Uint8Array())).toBe('root');
    expect((await getpwuidAsync(0))?.uid).toBe(0);
  });

  test('that nobody knows are undefined', async () => {
    expect(getpwnam('no such user')).toBeUndefined();
    expect(getpwnam('')).toBeUndefined();
    expect(getpwnam(Buffer.from([0xff, 0xfe]))).toBeUndefined();
    expect(await getpwnamAsync('no such user')).toBeUndefined();
    expect(getpwuid(4_000_000_123)).toBeUndefined();
    expect(await getpwuidAsync(4_000_000_123)).toBeUndefined();
  });

  test('with an impossible name or number are refused', async () => {
    expect(() => getpwnam('root\0x')).toThrow(failsWith('EINVAL'));
    await expect(getpwnamAsync('root\0x')).rejects.toThrow(failsWith('EINVAL'));
    // It would be taken modulo 2^32, and be root.
    expect(() => getpwuid(2 ** 32)).toThrow(failsWith('EINVAL'));
    expect(() => getpwuid(-1)).toThrow(failsWith('EINVAL'));
    await expect(getpwuidAsync(2 ** 32)).rejects.toThrow(failsWith('EINVAL'));
    expect(() => getgrgid(2 ** 32)).toThrow(failsWith('EINVAL'));
    expect(() => getgrouplist('root', 2 ** 32)).toThrow(failsWith('EINVAL'));
  });

  test('asked for at once get each his own answer', async () => {
    const names = lines('/etc/passwd').map(([name = '']) => name);
    const asked = Array.from({ length: 200 }, (_, index) => names[index % names.length] ?? '');
    const answers = await Promise.all(asked.map((name) => getpwnamAsync(name)));
    expect(answers.map((entry) => entry && text(entry.name))).toEqual(asked);
  });
});

describe('groups', () => {
  test('are those of /etc/group, by name and by number, with their members', async () => {
    for (const line of lines('/etc/group')) {
      expect(groupLine(getgrnam(line[0] ?? ''))).toEqual(line);
      expect(groupLine(await getgrnamAsync(line[0] ?? ''))).toEqual(line);
      expect(getgrgid(Number(line[2]))?.gid).toBe(Number(line[2]));
    }
    expect(groupLine(await getgrgidAsync(0))?.[0]).toBe('root');
    expect(getgrnam('no such group')).toBeUndefined();
    expect(await getgrgidAsync(4_000_000_123)).toBeUndefined();
  });

  test('of a user hold the primary one', async () => {
    expect(getgrouplist('no such user', 4711)).toEqual([4711]);
    expect(await getgrouplistAsync('no such user', 4711)).toEqual([4711]);
  });

  // A name space of its own for mounts, so that the file of the machine stays as it is.
  test.runIf(isRoot)('with thousands of members and users with thousands of groups come whole', async () => {
    const script = `
      cp /etc/group /tmp/.posix-group-$$ &&
      { for i in $(seq 1 3000); do printf 'many%d:x:%d:bignamed\\n' $i $((100000 + i)); done
        printf 'crowd:x:99999:'; for i in $(seq 1 5000); do printf 'member%d,' $i; done; echo last
      } >> /tmp/.posix-group-$$ &&
      mount --bind /tmp/.posix-group-$$ /etc/group && rm /tmp/.posix-group-$$ && exec "$@"`;
    const answer = await inProcess(
      async ({ posix }) => {
        const members = posix.getgrnam('crowd')?.members.map((each) => Buffer.from(each).toString()) ?? [];
        const later = await posix.getgrgidAsync(99_999);
        return {
          members: [members.length, members[0], members.at(-1), later?.members.length],
          groups: posix.getgrouplist('bignamed', 1).length,
          groupsLater: (await posix.getgrouplistAsync('bignamed', 1)).length,
        };
      },
      undefined,
      { prefix: ['unshare', '--mount', 'sh', '-c', script, 'sh'] },
    );
    expect(answer).toEqual({
      members: [5001, 'member1', 'last', 5001],
      groups: 3001,
      groupsLater: 3001,
    });
  });
});

describe.runIf(isRoot)('shadow entries', () => {
  test('are those of /etc/shadow, empty fields absent', async () => {
    for (const [name = '', hash, ...days] of lines('/etc/shadow')) {
      const entry = getspnam(name);
      expect(await getspnamAsync(name)).toEqual(entry);
      const { lastChangeDay, minDays, maxDays, warnDays, inactiveDays, expireDay } = entry ?? {};
      expect(text(entry?.hash ?? new Uint8Array())).toBe(hash);
      expect([lastChangeDay, minDays, maxDays, warnDays, inactiveDays, expireDay]).toEqual(
        days.slice(0, 6).map((day) => (day === '' ? undefined : Number(day))),
      );
    }
    expect(getspnam('no such user')).toBeUndefined();
  });

  test('do not come to a process that may not read them', async () => {
    const hash = await inProcess(
      ({ posix }) => {
        try {
          return Buffer.from(posix.getspnam('daemon')?.hash ?? []).toString();
        } catch (error) {
          return (error as { code: string }).code;
        }
      },
      undefined,
      { prefix: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] },
    );
    // Which of the two depends on nsswitch.conf.
    expect(['', 'EACCES']).toContain(hash);
  });

  test('need no descriptor that stays open', () => {
    getspnam('root');
    const before = readdirSync('/proc/self/fd').length;
    for (let index = 0; index < 50; index += 1) getspnam('root');
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inProcess } from '../test/in-process.ts';
import { onThread } from '../test/on-thread.ts';
import { isRoot } from '../test/scratch-folder.ts';
import { readCapabilities } from './index.ts';

const exactly = (...names: string[]): ReadonlySet<string> => new Set(names);

describe('readCapabilities', () => {
  test('reads the sets of this process, another one, and none that is gone', () => {
    expect(readCapabilities(process.pid)).toEqual(readCapabilities());
    expect(readCapabilities('thread-self')).toEqual(readCapabilities());
    expect(readCapabilities(process.ppid).bounding.size).toBeGreaterThan(0);
    expect(() => readCapabilities(4_194_305)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  test('gives as many names as the kernel gives bits', () => {
    const bits = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '';
    const count = BigInt(`0x${bits}`).toString(2).replaceAll('0', '').length;
    expect(readCapabilities().bounding.size).toBe(count);
  });

  test.runIf(isRoot)('tells what setpriv left', async () => {
    const child = spawn('setpriv', [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      '--inh-caps=-all,+setuid,+setgid',
      '--ambient-caps=-all,+setuid,+setgid',
      '--bounding-set=-all,+setuid,+setgid',
      '--no-new-privs',
      'sh',
      '-c',
      'echo ready; exec sleep 60',
    ]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const both = exactly('setuid', 'setgid');
    expect(readCapabilities(child.pid)).toEqual({
      effective: both,
      permitted: both,
      inheritable: both,
      bounding: both,
      ambient: both,
      hasNoNewPrivileges: true,
    });
  });
});

describe('dropThreadCapabilities', () => {
  test.runIf(isRoot)('takes them from the thread alone', async () => {
    const before = readCapabilities();
    const after = await onThread(({ posix }) => {
      posix.dropThreadCapabilities(['chown', 'checkpoint_restore', 'setuid']);
      return posix.readCapabilities('thread-self');
    }, undefined);
    const left = new Set(before.effective);
    for (const name of ['chown', 'checkpoint_restore', 'setuid']) {
      expect(left.delete(name)).toBe(true);
    }
    expect(after.effective).toEqual(left);
    expect(after.permitted).toEqual(left);
    expect(after.bounding).toEqual(before.bounding);
    expect(readCapabilities()).toEqual(before);
  });
});

// The privileged side of the trap: a process that is no user's may act as every user, and as nobody without the two.
describe.runIf(isRoot)('a process with CAP_SETUID and CAP_SETGID alone', () => {
  const limited = (...names: string[]): readonly string[] => {
    const list = ['-all', ...names.map((name) => `+${name}`)].join(',');
    return [
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      `--inh-caps=${list}`,
      `--ambient-caps=${list}`,
      `--bounding-set=${list}`,
      '--no-new-privs',
    ];
  };

  test('becomes users on its threads, and reads nothing that is not theirs', async () => {
    const answers = await inProcess(
      ({ posix, fs }) => {
        const attempt = (work: () => unknown): string => {
          try {
            work();
            return 'ok';
          } catch (error) {
            return (error as { code: string }).code;
          }
        };
        posix.becomeOnThread({ uid: 1234, gid: 1234, groups: [5] });
        const user = posix.threadIdentity();
        const asUser = attempt(() => fs.readFileSync('/etc/shadow'));
        posix.becomeOnThread({ uid: 1235, gid: 1235, groups: [] });
        const other = posix.threadIdentity();
        posix.becomeOnThread({ uid: 65_534, gid: 65_534, groups: [] });
        return [user, asUser, other, attempt(() => fs.readFileSync('/etc/shadow'))];
      },
      undefined,
      { prefix: limited('setuid', 'setgid') },
    );
    expect(answers).toEqual([
      { uid: 1234, gid: 1234, groups: [5] },
      'EACCES',
      { uid: 1235, gid: 1235, groups: [] },
      'EACCES',
    ]);
  });

  test.each([[[]], [['setuid']], [['setgid']]])('throws when it has %j of them', async (names) => {
    const code = await inProcess(
      ({ posix }) => {
        try {
          posix.becomeOnThread({ uid: 1234, gid: 1234, groups: [5] });
          return 'became';
        } catch (error) {
          return (error as { code: string }).code;
        }
      },
      undefined,
      { prefix: limited(...names) },
    );
    expect(code).toBe('EPERM');
  });
});

describe('of a process', () => {
  test('setNoNewPrivileges is for good', async () => {
    const states = await inProcess(({ posix }) => {
      const before = posix.readCapabilities().hasNoNewPrivileges;
      posix.setNoNewPrivileges();
      return [before, posix.readCapabilities().hasNoNewPrivileges];
    }, undefined);
    expect(states[1]).toBe(true);
  });

  test('setParentDeathSignal ends it with its parent', async () => {
    const url = new URL('./index.ts', import.meta.url).href;
    const child = `
      import { setParentDeathSignal } from ${JSON.stringify(url)};
      setParentDeathSignal('SIGKILL');
      process.stdout.write(String(process.pid) + '\\n');
      setInterval(() => undefined, 1000);`;
    const parent = spawn(
      'sh',
      [
        '-c',
        '"$0" --conditions=@ftpd/source --input-type=module --eval "$1" & read line',
        process.execPath,
        child,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(process.kill(pid, 0)).toBe(true);
    parent.stdin.end('go\n');
    await once(parent, 'close');
    await expect
      .poll(
        () => {
          try {
            return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
          } catch {
            return 'gone';
          }
        },
        { timeout: 15_000 },
      )
      .toMatch(/^(?:Z|X|gone)$/);
  });
});

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { until } from './deadline.ts';
import { runProgram } from './process.ts';

/** An account of this machine for the time of a test. */
export interface SystemUserOptions {
  /** As shadow(5) has it. Default: `!`, no password opens it. */
  readonly hash?: string;
  /** Default: /tmp. It is not made. */
  readonly home?: string;
  /** Default: /bin/bash, which is in /etc/shells. */
  readonly shell?: string;
  /** Fields of shadow, in days since 1970; `expireDay` -1 and absent: empty. */
  readonly lastChangeDay?: number;
  readonly maxDays?: number;
  readonly inactiveDays?: number;
  readonly expireDay?: number;
  /** Name of the primary group. Default: nogroup. */
  readonly primaryGroup?: string;
  /** Names of further groups. */
  readonly groups?: readonly string[];
}

export interface SystemUsers {
  /** Makes an account with a name that no other has. @returns the name. */
  add(user?: SystemUserOptions): Promise<string>;
  /** Makes a group with a name that no other has. @returns the name. */
  addGroup(): Promise<string>;
  /** Makes a service for PAM. @returns its name. */
  addPamService(lines: readonly string[]): string;
  /** Removes all of them. */
  remove(): Promise<void>;
}

const prefix = 'ftpdt';
const waitMs = 30_000;
let made = 0;

/** Accounts of this machine, which take root to make. They are removed also when the test program just ends. */
export function systemUsers(): SystemUsers {
  const users: string[] = [];
  const groups: string[] = [];
  const services: string[] = [];
  removeLeftOvers();
  const newName = (): string => {
    made += 1;
    return `${prefix}${process.pid}x${made}`;
  };
  const removeNow = (): void => {
    for (const service of services.splice(0)) rmSync(service, { force: true });
    for (const user of users.splice(0)) spawnSync('userdel', ['-f', user]);
    for (const group of groups.splice(0)) spawnSync('groupdel', [group]);
  };
  process.once('exit', removeNow);

  return {
    async add({
      hash = '!',
      home = '/tmp',
      shell = '/bin/bash',
      primaryGroup = 'nogroup',
      groups: further = [],
      ...age
    } = {}) {
      const name = newName();
      users.push(name);
      const more = further.length === 0 ? [] : ['-G', further.join(',')];
      await run('useradd', [
        '-M',
        '-N',
        '-g',
        primaryGroup,
        '-d',
        home,
        '-s',
        shell,
        '-p',
        hash,
        ...more,
        name,
      ]);
      const chage = Object.entries(age).flatMap(([field, days]) => [ageFlags[field] ?? '', String(days)]);
      if (chage.length > 0) await run('chage', [...chage, name]);
      return name;
    },
    async addGroup() {
      const name = newName();
      groups.push(name);
      await run('groupadd', [name]);
      return name;
    },
    addPamService(lines) {
      const name = newName();
      const path = `/etc/pam.d/${name}`;
      services.push(path);
      writeFileSync(path, `${lines.join('\n')}\n`);
      return name;
    },
    async remove() {
      for (const service of services.splice(0)) rmSync(service, { force: true });
      for (const user of users.splice(0)) await run('userdel', ['-f', user]);
      for (const group of groups.splice(0)) await run('groupdel', [group]);
      process.removeListener('exit', removeNow);
    },
  };
}

const ageFlags: Readonly<Record<string, string>> = {
  lastChangeDay: '-d',
  maxDays: '-M',
  inactiveDays: '-I',
  expireDay: '-E',
};

/** These programs lock the files of accounts, and give up when another test has them. */
async function run(program: string, args: readonly string[]): Promise<void> {
  await until(
    async () => {
      const { code, output } = await runProgram(program, args);
      if (code === 0) return true;
      if (/cannot lock|try again/i.test(output)) return false;
      throw new Error(`${program} ${args.join(' ')}: ${output}`);
    },
    waitMs,
    `${program} ${args.join(' ')}`,
  );
}

/** Those of test programs that were killed. */
function removeLeftOvers(): void {
  const names = readFileSync('/etc/passwd', 'latin1').match(new RegExp(`^${prefix}\\d+x\\d+(?=:)`, 'gm'));
  for (const name of names ?? []) {
    const pid = Number(/\d+/.exec(name)?.[0]);
    if (!isAlive(pid)) spawnSync('userdel', ['-f', name]);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

import { readFileSync } from 'node:fs';
import type { Account } from '@ftpd/auth';

/** Accounts and groups of this machine by name and number, without passwords: for `~user`, `<Anonymous>` and listings. */
export interface SystemAccounts {
  user(name: string): Account | undefined;
  userName(uid: number): string | undefined;
  groupName(gid: number): string | undefined;
  groupId(name: string): number | undefined;
}

interface Tables {
  readonly users: ReadonlyMap<string, Account>;
  readonly userNames: ReadonlyMap<number, string>;
  readonly groupNames: ReadonlyMap<number, string>;
  readonly groupIds: ReadonlyMap<string, number>;
}

const keptMs = 60_000;

/**
 * Reads /etc/passwd and /etc/group, at most once a minute.
 * @param read - The text of a file; '' if there is none.
 */
export function createSystemAccounts(
  read: (path: string) => string = readIfThere,
  now: () => number = Date.now,
): SystemAccounts {
  let tables: Tables | undefined;
  let readAtMs = 0;
  const current = (): Tables => {
    if (tables === undefined || now() - readAtMs > keptMs) {
      tables = tablesOf(read('/etc/passwd'), read('/etc/group'));
      readAtMs = now();
    }
    return tables;
  };
  return {
    user: (name) => current().users.get(name),
    userName: (uid) => current().userNames.get(uid),
    groupName: (gid) => current().groupNames.get(gid),
    groupId: (name) => current().groupIds.get(name),
  };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

function tablesOf(passwd: string, group: string): Tables {
  const groups = rows(group).map(([name = '', , gid = '', members = '']) => ({
    name,
    gid: Number(gid),
    members: members.split(','),
  }));
  const groupNames = firstOf(groups.map(({ name, gid }) => [gid, name]));
  const users = rows(passwd).map(
    ([user = '', , uid = '', gid = '', comment = '', home = '/', shell = '']): Account => {
      const memberships = groups.filter(({ members }) => members.includes(user));
      const primary = groupNames.get(Number(gid));
      return {
        user,
        uid: Number(uid),
        gid: Number(gid),
        ...(primary === undefined ? {} : { group: primary }),
        groupNames: [
          ...new Set([...(primary === undefined ? [] : [primary]), ...memberships.map(({ name }) => name)]),
        ],
        groupIds: [...new Set([Number(gid), ...memberships.map((entry) => entry.gid)])],
        comment,
        home,
        shell,
      };
    },
  );
  return {
    users: firstOf(users.map((account) => [account.user, account])),
    userNames: firstOf(users.map(({ uid, user }) => [uid, user])),
    groupNames,
    groupIds: firstOf(groups.map(({ name, gid }) => [name, gid])),
  };
}

/** Of several entries with one key the first counts, as with getpwnam(3). */
function firstOf<K, V>(entries: readonly (readonly [K, V])[]): Map<K, V> {
  return new Map(entries.toReversed());
}

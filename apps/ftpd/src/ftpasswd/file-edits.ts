import type { GroupAction, PasswdAction } from './command.ts';
import { fieldsOf, findEntry, withFields, withoutEntries } from './account-lines.ts';

/** What an edit makes of the lines of a file; `undefined`: there is no such entry. */
export interface Edited {
  readonly lines: readonly string[];
  readonly outcome: 'created' | 'updated' | 'deleted';
}

const passwdFields = 7;
const groupFields = 4;

/** @param hash - New hash, for the actions that ask for a password. */
export function editPasswd(
  lines: readonly string[],
  name: string,
  action: PasswdAction,
  hash: string,
): Edited | undefined {
  if (action.kind === 'set') {
    const { uid, gid, gecos, home, shell } = action;
    const changes = {
      1: hash,
      2: `${uid}`,
      3: `${gid}`,
      ...(gecos === undefined ? {} : { 4: gecos }),
      5: home,
      6: shell,
    };
    return putEntry(lines, name, changes, passwdFields);
  }
  const current = fieldsOf(lines[findEntry(lines, name)] ?? '')[1] ?? '';
  const changes: Readonly<Record<Exclude<PasswdAction['kind'], 'set' | 'delete'>, Record<number, string>>> = {
    'change-password': { 1: hash },
    'change-home': action.kind === 'change-home' ? { 5: action.home } : {},
    lock: { 1: current.startsWith('!') ? current : `!${current}` },
    unlock: { 1: current.replace(/^!+/, '') },
  };
  return action.kind === 'delete'
    ? deleteEntries(lines, name)
    : changeEntry(lines, name, changes[action.kind], passwdFields);
}

/** @param hash - New hash of the group, for `--enable-group-passwd`. Absent: the old one stays, `x` for a new group. */
export function editGroup(
  lines: readonly string[],
  name: string,
  action: GroupAction,
  hash?: string,
): Edited | undefined {
  const [, oldHash = 'x', , oldMembers = ''] = fieldsOf(lines[findEntry(lines, name)] ?? '');
  const members = oldMembers.split(',').filter((member) => member !== '');
  const set = (list: readonly string[]): Edited | undefined =>
    changeEntry(lines, name, { 3: list.join(',') }, groupFields);
  switch (action.kind) {
    case 'set': {
      const newMembers = [...new Set(action.members ?? members)].join(',');
      return putEntry(lines, name, { 1: hash ?? oldHash, 2: `${action.gid}`, 3: newMembers }, groupFields);
    }
    case 'add-member':
      return set(members.includes(action.member) ? members : [...members, action.member]);
    case 'delete-member':
      return set(members.filter((member) => member !== action.member));
    case 'delete':
      return deleteEntries(lines, name);
  }
}

function putEntry(
  lines: readonly string[],
  name: string,
  changes: Record<number, string>,
  count: number,
): Edited {
  const changed = changeEntry(lines, name, changes, count);
  return changed ?? { lines: [...lines, withFields(name, changes, count)], outcome: 'created' };
}

function changeEntry(
  lines: readonly string[],
  name: string,
  changes: Record<number, string>,
  count: number,
): Edited | undefined {
  const at = findEntry(lines, name);
  if (at < 0) return undefined;
  return { lines: lines.with(at, withFields(lines[at] ?? '', changes, count)), outcome: 'updated' };
}

function deleteEntries(lines: readonly string[], name: string): Edited | undefined {
  return findEntry(lines, name) < 0 ? undefined : { lines: withoutEntries(lines, name), outcome: 'deleted' };
}

import type { Access } from './access.ts';
import { nameInLine, type ListedEntry } from './entry.ts';
import { formatTimestamp } from './timestamp.ts';

/** The facts of MLSD and MLST in ProFTPD's order, as FEAT lists them. */
export const factNames = [
  'modify',
  'perm',
  'size',
  'type',
  'unique',
  'UNIX.group',
  'UNIX.groupname',
  'UNIX.mode',
  'UNIX.owner',
  'UNIX.ownername',
] as const;

export type FactName = (typeof factNames)[number];

/**
 * The facts that `OPTS MLST` names, in its order, each once. Names in any case; unknown ones, and a last one without
 * its `;`, are left out (RFC 3659 §7.9).
 */
export function selectFacts(list: string): readonly FactName[] {
  const names = list
    .split(';')
    .slice(0, -1)
    .map((name) => factNames.find((fact) => fact.toLowerCase() === name.toLowerCase()));
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** The line of FEAT: every fact, with `*` after those that are shown (RFC 3659 §7.8). */
export function mlstFeature(selected: readonly FactName[]): string {
  return `MLST ${factNames.map((name) => `${name}${selected.includes(name) ? '*' : ''};`).join('')}`;
}

export interface FactOptions {
  /** Which facts are shown; their order is always the same. */
  readonly facts: readonly FactName[];
  /** What the user may do with the object. */
  readonly access: Access;
  /** Whether entries of its directory may be renamed and removed. Default true. */
  readonly mayChangeParent?: boolean;
  /** `cdir` for the directory listed itself, `pdir` for the one above. Default: after the kind. */
  readonly type?: 'cdir' | 'pdir';
  /** `slink` shows symlinks as `OS.unix=slink:TARGET`. Default `symlink`. @see ProFTPD FactsOptions UseSlink */
  readonly symlinkStyle?: 'symlink' | 'slink';
}

/** A line of MLSD or MLST, without its line end: `modify=20261122113110;type=file; name` (RFC 3659 §7.2). */
export function formatFacts(entry: ListedEntry, options: FactOptions): string {
  const facts = factNames
    .filter((name) => options.facts.includes(name))
    .map((name) => {
      const value = factValues[name](entry, options);
      return value === undefined ? '' : `${name}=${value};`;
    });
  return `${facts.join('')} ${nameInLine(entry.name)}`;
}

type FactValue = (entry: ListedEntry, options: FactOptions) => string | undefined;

const factValues: Readonly<Record<FactName, FactValue>> = {
  modify: ({ modifiedMs }) => formatTimestamp(modifiedMs),
  perm: permissionsOf,
  size: ({ kind, sizeBytes }) => (kind === 'directory' ? undefined : String(sizeBytes)),
  type: typeOf,
  unique: ({ device, inode }) => `${hex(device)}U${hex(inode)}`,
  'UNIX.group': ({ gid }) => String(gid),
  'UNIX.groupname': ({ group, gid }) => factValue(group ?? String(gid)),
  'UNIX.mode': ({ mode }) => `0${mode.toString(8)}`,
  'UNIX.owner': ({ uid }) => String(uid),
  'UNIX.ownername': ({ owner, uid }) => factValue(owner ?? String(uid)),
};

function typeOf(entry: ListedEntry, { type, symlinkStyle = 'symlink' }: FactOptions): string {
  if (type !== undefined) return type;
  if (entry.kind === 'directory') return 'dir';
  if (entry.kind !== 'symlink') return 'file';
  return symlinkStyle === 'slink' ? `OS.unix=slink:${factValue(entry.target ?? '')}` : 'OS.unix=symlink';
}

/** The letters of RFC 3659 §7.5.5, in ProFTPD's order. */
function permissionsOf({ kind }: ListedEntry, { access, mayChangeParent = true }: FactOptions): string {
  const { mayRead, mayWrite, mayExecute } = access;
  const letters: readonly (readonly [string, boolean])[] =
    kind === 'directory'
      ? [
          ['f', mayRead && mayChangeParent],
          ['l', mayRead],
          ['cdmp', mayWrite],
          ['e', mayExecute],
        ]
      : [
          ['a', mayWrite],
          ['df', mayChangeParent],
          ['r', mayRead],
          ['w', mayWrite],
        ];
  return letters.map(([letter, isAllowed]) => (isAllowed ? letter : '')).join('');
}

/** A fact ends at `;` and the facts at a blank: neither may come from a name. */
function factValue(text: string): string {
  return nameInLine(text).replace(/[; ]/g, '_');
}

function hex(value: number): string {
  return value.toString(16).toUpperCase();
}

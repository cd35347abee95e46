import { statSync } from 'node:fs';
import { badCount, badValue, booleanOf, defineDirective, octalMode, SERVER_CONTEXTS } from '@ftpd/config';
import { isKeptServer } from '../../server-process/mark.ts';

/** A number, or `~`: the user's own. */
export type OwnerWanted = number | '~';

export interface CreateHomeValue {
  readonly mode: number;
  readonly directoryMode: number;
  /** Absent: the home stays empty. */
  readonly skeleton?: string;
  /** Whom folders above the home that are made too belong to. */
  readonly parentUid: OwnerWanted;
  readonly parentGid: OwnerWanted;
  /** Absent: the user's group. */
  readonly homeGid?: number;
  /** NoRootPrivs: the user makes it, and everything belongs to the user. */
  readonly isMadeByUser: boolean;
}

type Writable = { -readonly [Name in keyof CreateHomeValue]: CreateHomeValue[Name] };

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  ENOTDIR: 'Not a directory',
};

function skeletonAt(path: string, at: number): string {
  if (!path.startsWith('/')) throw badValue(`skel path '${path}' is not a full path`, at);
  // The keeper has looked, and the server may not be allowed to.
  if (isKeptServer()) return path;
  let found;
  try {
    found = statSync(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw badValue(`unable to stat '${path}': ${reasons[code] ?? message}`, at);
  }
  if (!found.isDirectory()) throw badValue(`'${path}' is not a directory`, at);
  if ((found.mode & 0o002) !== 0) throw badValue(`'${path}' is world-writable`, at);
  return path;
}

function modeAt(word: string, at: number, prefix = ''): number {
  try {
    return octalMode('mode')(word);
  } catch {
    throw badValue(`${prefix}bad mode parameter: '${word}'`, at);
  }
}

function idAt(kind: 'UID' | 'GID', word: string, at: number): number {
  const id = /^\d+$/.test(word) ? Number(word) : Infinity;
  if (id >= 0xffff_ffff) throw badValue(`bad ${kind} parameter: '${word}'`, at);
  return id;
}

const ownerAt = (kind: 'UID' | 'GID', word: string, at: number): OwnerWanted =>
  word === '~' ? '~' : idAt(kind, word, at);

const options: Readonly<Record<string, (value: Writable, word: string, at: number) => void>> = {
  skel: (value, word, at) => void (value.skeleton = skeletonAt(word, at)),
  dirmode: (value, word, at) => void (value.directoryMode = modeAt(word, at)),
  uid: (value, word, at) => void (value.parentUid = ownerAt('UID', word, at)),
  gid: (value, word, at) => void (value.parentGid = ownerAt('GID', word, at)),
  homegid: (value, word, at) => void (value.homeGid = idAt('GID', word, at)),
};

/** `undefined`: off. */
export const createHome = defineDirective({
  name: 'CreateHome',
  module: 'mod_auth.c',
  syntax:
    'CreateHome off|on [mode] [skel path] [dirmode mode] [uid uid|~] [gid gid|~] [homegid gid] [NoRootPrivs]',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'Whether a home that is missing is made at the login.',
  parse: ([first, ...rest]): CreateHomeValue | undefined => {
    if (first === undefined) throw badCount();
    const isOn = booleanOf(first);
    if (isOn === undefined) throw badValue('expected Boolean parameter', 0);
    if (!isOn) return undefined;
    const value: Writable = {
      mode: 0o700,
      directoryMode: 0o711,
      parentUid: 0,
      parentGid: 0,
      isMadeByUser: false,
    };
    const [second] = rest;
    const hasMode = second !== undefined && !/^(skel|dirmode)$/i.test(second);
    if (hasMode) value.mode = modeAt(second, 1, ': ');
    for (let at = hasMode ? 1 : 0; at < rest.length; at += 1) {
      const word = rest[at] ?? '';
      if (word.toLowerCase() === 'norootprivs') {
        value.isMadeByUser = true;
        continue;
      }
      const set = Object.hasOwn(options, word.toLowerCase()) ? options[word.toLowerCase()] : undefined;
      if (set === undefined) throw badValue(`unknown parameter: '${word}'`, at + 1);
      at += 1;
      const given = rest[at];
      if (given === undefined) throw badCount();
      set(value, given, at + 1);
    }
    return value;
  },
});

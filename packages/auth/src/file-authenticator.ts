import { indexGroups, indexUsers, type GroupIndex } from './account-index.ts';
import type { FileProblem } from './account-file.ts';
import type { Account, Authenticator, Verdict, VerifyContext } from './authenticator.ts';
import { hashDefect } from './crypt/password-hash.ts';
import { AuthError, type AuthErrorCode } from './errors.ts';
import type { FileRestrictions } from './file-restrictions.ts';
import type { PasswordHasher } from './hasher.ts';
import type { UserEntry } from './user-file.ts';
import { watchFile, type AccountFileSource } from './watched-file.ts';

export interface FileAuthenticatorOptions {
  /** Absolute path. Absent: knows no users, only groups. */
  readonly userFile?: string;
  readonly groupFile?: string;
  readonly userRestrictions?: FileRestrictions;
  readonly groupRestrictions?: FileRestrictions;
  /** May serve several authenticators; whoever made it closes it. */
  readonly hasher: PasswordHasher;
  /**
   * Whether an entry without a hash takes any password at all, as in ProFTPD 1.3.8. Default: false, it refuses them.
   */
  readonly acceptsEmptyHash?: boolean;
  /** How the files are opened. Default: with the rights of the process. */
  readonly source?: AccountFileSource;
  /** Is told of the lines that gave no entry, whenever a file was read; of a file full of them, of the first 100. */
  readonly onProblem?: (path: string, problem: FileProblem) => void;
}

/** AuthUserFile and AuthGroupFile (ProFTPD mod_auth_file). Changed files count from the next login on. */
export interface FileAuthenticator extends Authenticator {
  /**
   * Reads the files now; without it the first login does.
   * @returns the lines that gave no entry (`AuthFileOptions SyntaxCheck` refuses the start for them).
   * @throws {AuthError} AUTH_FILE_UNREADABLE, AUTH_FILE_NOT_A_FILE, AUTH_FILE_TOO_LARGE.
   */
  load(): Promise<readonly { readonly path: string; readonly problem: FileProblem }[]>;
}

const maxReportedProblems = 100;

const noGroups: GroupIndex = { idOfName: new Map(), nameOfId: new Map(), ofMember: new Map(), problems: [] };

export function createFileAuthenticator({
  userFile,
  groupFile,
  userRestrictions = {},
  groupRestrictions = {},
  hasher,
  acceptsEmptyHash = false,
  source,
  onProblem = () => {},
}: FileAuthenticatorOptions): FileAuthenticator {
  const watching = source === undefined ? {} : { source };
  const users =
    userFile === undefined
      ? undefined
      : watchFile(
          userFile,
          reporting(userFile, (text) => indexUsers(text, userRestrictions, hasher.otherKind)),
          watching,
        );
  const groups =
    groupFile === undefined
      ? undefined
      : watchFile(
          groupFile,
          reporting(groupFile, (text) => indexGroups(text, groupRestrictions)),
          watching,
        );

  function reporting<Index extends { readonly problems: readonly FileProblem[] }>(
    path: string,
    make: (text: string) => Promise<Index>,
  ): (text: string) => Promise<Index> {
    return async (text) => {
      const index = await make(text);
      for (const problem of index.problems.slice(0, maxReportedProblems)) onProblem(path, problem);
      return index;
    };
  }

  async function accountOf(entry: UserEntry): Promise<Account> {
    return toAccount(entry, (await groups?.current()) ?? noGroups);
  }

  async function check(
    entry: UserEntry,
    dummy: string,
    password: string,
    context: VerifyContext,
  ): Promise<Verdict> {
    if (entry.hash === '' && acceptsEmptyHash)
      return { outcome: 'accepted', account: await accountOf(entry) };
    const isOther = hasher.otherKind?.(entry.hash) !== undefined;
    const defect = isOther ? undefined : hashDefect(entry.hash);
    // An entry that no password opens costs a hash as well: else the time would tell who is locked.
    const answer = await hasher.check(password, defect === undefined ? entry.hash : dummy, context);
    if (answer === 'busy' || answer === 'aborted') return { outcome: 'refused', reason: 'busy' };
    if (defect !== undefined) return defectVerdict(entry, defect);
    return answer === 'match'
      ? { outcome: 'accepted', account: await accountOf(entry) }
      : { outcome: 'refused', reason: 'wrong-password' };
  }

  return {
    name: 'mod_auth_file',
    async lookUp(user) {
      const entry = (await users?.current())?.byName.get(user);
      return entry && accountOf(entry);
    },
    async verify(user, password, context) {
      try {
        const index = await users?.current();
        if (index === undefined) return { outcome: 'unknown' };
        const entry = index.byName.get(user);
        if (entry !== undefined) return await check(entry, index.dummy, password, context);
        const answer = await hasher.check(password, index.dummy, context);
        return answer === 'busy' || answer === 'aborted'
          ? { outcome: 'refused', reason: 'busy' }
          : { outcome: 'unknown' };
      } catch (cause) {
        return { outcome: 'unavailable', cause };
      }
    },
    userName: (uid) => users?.last()?.nameOfId.get(uid),
    groupName: (gid) => groups?.last()?.nameOfId.get(gid),
    groupId: (name) => groups?.last()?.idOfName.get(name),
    async load() {
      const problemsOf = (path = '', index: { readonly problems: readonly FileProblem[] } = noGroups) =>
        index.problems.map((problem) => ({ path, problem }));
      return [
        ...problemsOf(userFile, await users?.current()),
        ...problemsOf(groupFile, await groups?.current()),
      ];
    },
  };
}

const defectCodes: Readonly<Record<'unsupported' | 'too-costly', AuthErrorCode>> = {
  unsupported: 'AUTH_HASH_UNSUPPORTED',
  'too-costly': 'AUTH_HASH_TOO_COSTLY',
};

function defectVerdict({ user, hash }: UserEntry, defect: 'unsupported' | 'too-costly'): Verdict {
  // passwd(5): `!` and `*` lock, `x` says that the hash is elsewhere, which for an AuthUserFile is nowhere.
  if (/^[!*]/.test(hash)) return { outcome: 'refused', reason: 'account-locked' };
  if (hash === '' || hash === 'x') return { outcome: 'refused', reason: 'no-password-set' };
  const text = `The hash of user ${JSON.stringify(user)} cannot be used (${defect})`;
  return { outcome: 'unavailable', cause: new AuthError(defectCodes[defect], text) };
}

function toAccount({ user, uid, gid, comment, home, shell }: UserEntry, groups: GroupIndex): Account {
  const primary = groups.nameOfId.get(gid);
  const memberships = groups.ofMember.get(user) ?? [];
  return {
    user,
    uid,
    gid,
    ...(primary === undefined ? {} : { group: primary }),
    groupNames: [
      ...new Set([...(primary === undefined ? [] : [primary]), ...memberships.map(({ group }) => group)]),
    ],
    groupIds: [...new Set([gid, ...memberships.map((entry) => entry.gid)])],
    comment,
    home,
    shell,
  };
}

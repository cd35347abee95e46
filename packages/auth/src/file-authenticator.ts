import { indexGroups, indexUsers, type GroupIndex } from './account-index.ts';
import type { FileProblem } from './account-file.ts';
import type { Account, Authenticator, Refusal, Verdict } from './authenticator.ts';
import { dummyHash } from './crypt/password-hash.ts';
import { AuthError, type AuthErrorCode } from './errors.ts';
import type { FileRestrictions } from './file-restrictions.ts';
import type { HasherAnswer, PasswordHasher } from './hasher.ts';
import type { UserEntry } from './user-file.ts';
import { watchFile } from './watched-file.ts';

export interface FileAuthenticatorOptions {
  /** Absolute path. Absent: knows no users, only groups. */
  readonly userFile?: string;
  readonly groupFile?: string;
  readonly userRestrictions?: FileRestrictions;
  readonly groupRestrictions?: FileRestrictions;
  readonly hasher: PasswordHasher;
  /**
   * Whether an entry without a hash takes any password at all, as in ProFTPD 1.3.8. Default: false, it refuses them.
   */
  readonly acceptsEmptyHash?: boolean;
  /** Is told of each line that gave no entry, whenever a file was read. */
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

const noGroups: GroupIndex = { idOfName: new Map(), nameOfId: new Map(), ofMember: new Map(), problems: [] };

export function createFileAuthenticator({
  userFile,
  groupFile,
  userRestrictions = {},
  groupRestrictions = {},
  hasher,
  acceptsEmptyHash = false,
  onProblem = () => {},
}: FileAuthenticatorOptions): FileAuthenticator {
  const users =
    userFile === undefined
      ? undefined
      : watchFile(
          userFile,
          reporting(userFile, (text) => indexUsers(text, userRestrictions)),
        );
  const groups =
    groupFile === undefined
      ? undefined
      : watchFile(
          groupFile,
          reporting(groupFile, (text) => indexGroups(text, groupRestrictions)),
        );

  function reporting<Index extends { readonly problems: readonly FileProblem[] }>(
    path: string,
    make: (text: string) => Index,
  ): (text: string) => Index {
    return (text) => {
      const index = make(text);
      for (const problem of index.problems) onProblem(path, problem);
      return index;
    };
  }

  async function accountOf(entry: UserEntry): Promise<Account> {
    return toAccount(entry, (await groups?.current()) ?? noGroups);
  }

  async function check(
    entry: UserEntry,
    password: string,
    context: Parameters<Authenticator['verify']>[2],
  ): Promise<Verdict> {
    const refusal = await refusalOf(entry, password, context);
    if (refusal === undefined) return { outcome: 'accepted', account: await accountOf(entry) };
    return typeof refusal === 'string'
      ? { outcome: 'refused', reason: refusal }
      : { outcome: 'unavailable', cause: refusal };
  }

  /** Entries that no password opens cost a hash as well: else the time would tell who is locked. */
  async function refusalOf(
    entry: UserEntry,
    password: string,
    context: Parameters<Authenticator['verify']>[2],
  ): Promise<Refusal | AuthError | undefined> {
    if (entry.hash === '' && acceptsEmptyHash) return undefined;
    const answer = await hasher.check(password, entry.hash, context);
    if (answer === 'match') return undefined;
    if (answer !== 'unsupported' && answer !== 'too-costly') return answerRefusals[answer];
    const dummyAnswer = await hasher.check(password, users?.last()?.dummy ?? dummyHash([]), context);
    if (dummyAnswer === 'busy' || dummyAnswer === 'aborted') return 'busy';
    return unusableHashRefusal(entry, answer);
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
        if (entry !== undefined) return await check(entry, password, context);
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
    close: async () => hasher.close?.(),
  };
}

const answerRefusals: Readonly<
  Record<Exclude<HasherAnswer, 'match' | 'unsupported' | 'too-costly'>, Refusal>
> = {
  mismatch: 'wrong-password',
  busy: 'busy',
  aborted: 'busy',
};

const unusableHashCodes: Readonly<Record<'unsupported' | 'too-costly', AuthErrorCode>> = {
  unsupported: 'AUTH_HASH_UNSUPPORTED',
  'too-costly': 'AUTH_HASH_TOO_COSTLY',
};

function unusableHashRefusal(
  { user, hash }: UserEntry,
  answer: 'unsupported' | 'too-costly',
): Refusal | AuthError {
  // passwd(5): `!` and `*` lock, `x` says that the hash is elsewhere, which for an AuthUserFile is nowhere.
  if (/^[!*]/.test(hash)) return 'account-locked';
  if (hash === '' || hash === 'x') return 'no-password-set';
  const code = unusableHashCodes[answer];
  return new AuthError(code, `The hash of user ${JSON.stringify(user)} cannot be used (${answer})`);
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

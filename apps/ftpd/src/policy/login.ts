import { anonymousFor, type AnonymousSection, type SessionScope } from '@ftpd/config';
import type { Account, Authenticator } from '@ftpd/auth';
import type { LoginDecision, LoginRefusal, SessionView } from '@ftpd/server';
import { isStorageError, rootPath, virtualPath, type Identity, type VirtualPath } from '@ftpd/storage';
import { maxPasswordSize } from '../modules/auth/limits.ts';
import {
  allowEmptyPasswords,
  anonRejectPasswords,
  anonRequirePassword,
  authAliasOnly,
  authUsingAlias,
  defaultChdir,
  defaultRoot,
  userAlias,
} from '../modules/auth/login.ts';
import { createHome } from '../modules/auth/create-home.ts';
import { group as groupDirective, umask } from '../modules/core/server.ts';
import { isKeptServer } from '../server-process/mark.ts';
import type { Host } from './address-rules.ts';
import { expandPath, firstForMember, pathBelow, rootFor, type Member } from './default-root.ts';
import { isLoginWithinLimits } from './limit-rules.ts';
import { accountRefusal, refusalTexts, type SystemLists } from './login-rules.ts';
import type { MakeHome } from './home.ts';
import type { SessionKey, SessionScopes } from './session-scopes.ts';
import type { SystemAccounts } from './system-accounts.ts';

/** What logins depend on. */
export interface LoginContext {
  readonly scopes: SessionScopes;
  readonly system: SystemAccounts;
  readonly accountsOf: (scope: SessionScope) => Authenticator;
  readonly lists: () => Promise<SystemLists>;
  readonly makeHome: MakeHome;
  /** The client of a session, by name where rules need it. */
  readonly hostOf: (address: string) => Host | Promise<Host>;
  readonly log: (text: string, session: SessionView) => void;
}

const refused = (reason: string, more: Omit<LoginRefusal, 'outcome' | 'reason'> = {}): LoginRefusal => ({
  outcome: 'refused',
  reason,
  ...more,
});

/** In ProFTPD's words: log watchers look for them. */
const unknownUser = ({ remoteAddress, localAddress, localPort }: SessionView): LoginRefusal =>
  refused(`no such user found from ${remoteAddress} [${remoteAddress}] to ${localAddress}:${localPort}`, {
    isUnknownUser: true,
  });

/** The user that a login name stands for. Undefined: AuthAliasOnly, and the name is no alias. */
export function realUser(scope: SessionScope, name: string): string | undefined {
  const aliases = scope.all(userAlias);
  const alias = aliases.find((entry) => entry.alias === name) ?? aliases.find((entry) => entry.alias === '*');
  return alias?.user ?? (scope.first(authAliasOnly) ? undefined : name);
}

/** Decides a login. @param key - The server and class of the session. */
export async function logIn(
  context: LoginContext,
  key: SessionKey,
  session: SessionView,
  name: string,
  password: string,
): Promise<LoginDecision> {
  const scope = scopeOf(context, key);
  const anonymous = anonymousFor(scope.anonymousSections(), name);
  const isTooLong = Buffer.byteLength(password) > (scope.first(maxPasswordSize) ?? Infinity);
  if (isTooLong) return refused('Password too long');
  return anonymous === undefined
    ? logInUser(context, key, session, name, password)
    : logInAnonymous(context, key, session, anonymous, name, password);
}

/** @throws where the key is of another configuration */
export function scopeOf(context: LoginContext, key: SessionKey): SessionScope {
  const scope = context.scopes.scopeOf(context.scopes.settings(key));
  if (scope === undefined) throw new Error('settings without a scope');
  return scope;
}

async function logInUser(
  context: LoginContext,
  key: SessionKey,
  session: SessionView,
  name: string,
  password: string,
): Promise<LoginDecision> {
  const before = scopeOf(context, key);
  const user = realUser(before, name);
  if (user === undefined) return refused('Not a UserAlias');
  const verdict = await verify(context, before, session, user, password);
  if ('outcome' in verdict) return asRootLogin(context, before, user, verdict);
  return grant(context, key, session, verdict);
}

/** A wrong password for an account of uid 0 is a RootLogin, too. */
async function asRootLogin(
  context: LoginContext,
  scope: SessionScope,
  user: string,
  refusal: LoginRefusal,
): Promise<LoginRefusal> {
  if (refusal.isUnknownUser === true || refusal.event !== undefined) return refusal;
  const account = await context
    .accountsOf(scope)
    .lookUp(user)
    .catch(() => undefined);
  return account?.uid === 0 ? { ...refusal, event: 'RootLogin' } : refusal;
}

/** The account, or why not. */
async function verify(
  context: LoginContext,
  scope: SessionScope,
  session: SessionView,
  user: string,
  password: string,
): Promise<Account | LoginRefusal> {
  if (password === '' && !scope.first(allowEmptyPasswords)) {
    return refused(refusalTexts['empty-password'], {
      event: 'EmptyPassword',
      reply: { code: 501, lines: ['Login incorrect.'] },
    });
  }
  const verdict = await context
    .accountsOf(scope)
    .verify(user, password, { remoteAddress: session.remoteAddress, signal: session.signal });
  switch (verdict.outcome) {
    case 'accepted':
      return verdict.account;
    case 'refused':
      return refused(refusalTexts[verdict.reason]);
    case 'unknown':
      return unknownUser(session);
    case 'unavailable':
      context.log(
        `accounts are not available: ${verdict.cause instanceof Error ? verdict.cause.message : String(verdict.cause)}`,
        session,
      );
      return refused('accounts are not available');
  }
}

/** Whether an account whose owner is known may log in, and what the session becomes. */
export async function grant(
  context: LoginContext,
  key: SessionKey,
  session: SessionView,
  account: Account,
): Promise<LoginDecision> {
  const { user, home, groupNames, group } = account;
  const member: Member = { user, home, groupNames, ...(group === undefined ? {} : { group }) };
  const groups = group === undefined ? groupNames : [...new Set([group, ...groupNames])];
  const known = { ...key, user, groups, home };
  const scope = scopeOf(context, known);
  const rule = accountRefusal(scope, account, await context.lists(), isKeptServer());
  if (rule !== undefined) return refused(rule, account.uid === 0 ? { event: 'RootLogin' } : {});
  if (
    !isLoginWithinLimits(scope, {
      ...(await context.hostOf(session.remoteAddress)),
      user,
      groups,
      ...classNameOf(key),
    })
  ) {
    return refused('Limit configuration denies login');
  }
  const homeOf = (name: string): string | undefined => context.system.user(name)?.home;
  const root = account.root ?? rootFor(scope.all(defaultRoot), member, homeOf);
  if (!root.startsWith('/')) return refused(`unable to find the folder of DefaultRoot '${root}'`);
  const made = scope.first(createHome);
  if (made !== undefined) {
    const { className, server } = key;
    await context
      .makeHome({
        account,
        value: made,
        umask: scope.first(umask).directory,
        server: server.server.index,
        className,
      })
      .catch((error: unknown) => context.log(`CreateHome: ${String(error)}`, session));
  }
  const chdir = account.root === undefined ? firstForMember(scope.all(defaultChdir), member) : undefined;
  const homeStart = inRoot(pathBelow(root, home));
  const preferredStart =
    chdir === undefined ? homeStart : startBelow(root, expandPath(chdir.path, member, homeOf));
  // As ProFTPD: a home that is missing inside of a root leaves the session at the root.
  const start = root === '/' || chdir !== undefined ? homeStart : rootPath;
  return {
    outcome: 'accepted',
    account,
    identity: {
      user,
      uid: account.uid,
      gid: account.gid,
      groups: account.groupIds,
      ...(group === undefined ? {} : { group }),
    },
    settings: context.scopes.settings({ ...known, rootPath: root }),
    root,
    start,
    ...(preferredStart === start ? {} : { preferredStart }),
    isAnonymous: false,
  };
}

/** An absolute path that is not below the root is one of the session's own, as after chroot(2). */
function startBelow(root: string, chdir: string): VirtualPath {
  const isBelow = chdir === root || chdir.startsWith(`${root}/`);
  return inRoot(isBelow ? pathBelow(root, chdir) : chdir);
}

/** A path as a virtual one; what is none is the root. */
export function inRoot(path: string): VirtualPath {
  try {
    return virtualPath(path);
  } catch (error) {
    if (isStorageError(error)) return rootPath;
    throw error;
  }
}

const classNameOf = ({ className }: SessionKey) => (className === undefined ? {} : { className });

async function logInAnonymous(
  context: LoginContext,
  key: SessionKey,
  session: SessionView,
  anonymous: AnonymousSection,
  name: string,
  password: string,
): Promise<LoginDecision> {
  const { user = name } = anonymous;
  const known = { ...key, anonymous, user };
  const before = scopeOf(context, known);
  if (before.first(anonRejectPasswords)?.(password) === true)
    return refused('AnonRejectPasswords denies login', { event: 'AnonRejectPasswords' });
  let account = context.system.user(user) ?? (await context.accountsOf(before).lookUp(user));
  if (before.first(anonRequirePassword)) {
    const verdict = await verify(
      context,
      before,
      session,
      before.first(authUsingAlias) ? name : user,
      password,
    );
    if ('outcome' in verdict) return verdict;
    account ??= verdict;
  }
  if (account === undefined) return unknownUser(session);
  const rule = accountRefusal(before, account, await context.lists(), isKeptServer());
  if (rule !== undefined) return refused(rule, account.uid === 0 ? { event: 'RootLogin' } : {});
  const groups = [
    ...new Set([...(anonymous.group === undefined ? [] : [anonymous.group]), ...account.groupNames]),
  ];
  const scope = scopeOf(context, { ...known, groups });
  if (
    !isLoginWithinLimits(scope, {
      ...(await context.hostOf(session.remoteAddress)),
      user,
      groups,
      ...classNameOf(key),
    })
  ) {
    return refused('Limit configuration denies login');
  }
  const root = expandPath(anonymous.root, account, (other) => context.system.user(other)?.home);
  if (!root.startsWith('/')) return refused(`unable to find the folder of <Anonymous ${anonymous.root}>`);
  const groupName = anonymous.group ?? scopeOf(context, key).first(groupDirective);
  const identity = anonymousIdentity(context, before, account, groupName);
  if (identity === undefined) return refused(`the group ${groupName} of <Anonymous> is not known`);
  return {
    outcome: 'accepted',
    account,
    identity: { user, ...identity },
    settings: context.scopes.settings({ ...known, groups, rootPath: root }),
    root,
    start: rootPath,
    isAnonymous: true,
    ...(password === '' ? {} : { logName: password }),
  };
}

/** `Group` in <Anonymous>, or of its server, is the group that files get, as with ProFTPD; those of the account stay as further ones. */
function anonymousIdentity(
  { accountsOf, system }: LoginContext,
  scope: SessionScope,
  { uid, gid, groupIds, group: own }: Account,
  name: string | undefined,
): Omit<Identity, 'user'> | undefined {
  if (name === undefined) return { uid, gid, groups: groupIds, ...(own === undefined ? {} : { group: own }) };
  const id = /^#?\d{1,10}$/.test(name)
    ? Number(name.replace('#', ''))
    : (accountsOf(scope).groupId?.(name) ?? system.groupId(name));
  return id === undefined
    ? undefined
    : { uid, gid: id, groups: [...new Set([id, ...groupIds])], group: name };
}

import { reply, texts, type Reply } from '@ftpd/protocol';
import { isStorageError, rootPath, StorageError, type StorageView, type VirtualPath } from '@ftpd/storage';
import { sessionDisplay } from './display-file.ts';
import { loginLimit } from './limits.ts';
import type { CertificateGrant, LoginGrant, LoginRefusal } from './policy.ts';
import type { Session } from './session.ts';

const incorrect = texts.loginIncorrect();

/** Where the session starts, symbolic links resolved. Undefined: the start is no folder. */
async function startOf(
  storage: StorageView,
  { start, preferredStart }: LoginGrant,
): Promise<VirtualPath | undefined> {
  if (preferredStart !== undefined) {
    const preferred = await folderAt(storage, preferredStart).catch((error: unknown) => {
      if (isStorageError(error)) return undefined;
      throw error;
    });
    if (preferred !== undefined) return preferred;
  }
  return await folderAt(storage, start);
}

/** The view would not be there if its root were no folder. */
async function folderAt(storage: StorageView, path: VirtualPath): Promise<VirtualPath | undefined> {
  if (path === rootPath) return path;
  if ((await storage.stat(path)).kind !== 'directory') return undefined;
  if (!(await storage.mayAccess(path, { execute: true }))) throw new StorageError('STORAGE_DENIED', { path });
  return await storage.resolve(path);
}

/**
 * Lets a user in: the storage is entered, limits are kept, the session is told.
 * @param code - 232 for who needed no password (RFC 2228 §3).
 * @returns undefined if the grant depends on something in the user's files that is not there.
 */
export async function admit(
  session: Session,
  user: string,
  grant: LoginGrant & Pick<CertificateGrant, 'isProvedIn'>,
  code: 230 | 232 = 230,
): Promise<Reply | undefined> {
  const { context } = session;
  let storage: StorageView | undefined;
  let start: VirtualPath | undefined;
  try {
    storage = await context.storage.enter({
      identity: grant.identity,
      root: grant.root,
      signal: session.signal,
    });
    if (grant.isProvedIn !== undefined && !(await grant.isProvedIn(storage))) {
      await storage.close();
      return undefined;
    }
    start = await startOf(storage, grant);
    if (start === undefined) {
      await storage.close();
      return await refuse(session, user, {
        outcome: 'refused',
        reason: `the start folder ${grant.start} is not a folder`,
      });
    }
  } catch (error) {
    void storage?.close();
    if (!isStorageError(error)) throw error;
    if (grant.isProvedIn !== undefined) return undefined;
    return refuse(session, user, {
      outcome: 'refused',
      reason: `the root ${grant.root} can't be used: ${error.message}`,
    });
  }
  if (grant.account.uid === 0) await context.emit({ name: 'RootLogin', session, detail: user });
  await context.emit({ name: 'LoginRate', session, detail: grant.account.user });
  if (session.isEnded) {
    await storage.close();
    return incorrect;
  }
  // Nothing may come between the count and the entry, or two logins could share the last place.
  const { limits, serverId } = grant.settings;
  const limit = loginLimit(session, user, limits, serverId, grant.isAnonymous);
  if (limit) {
    await storage.close();
    await context.emit({ name: limit.event, session, detail: user });
    session.end('limit', limit.reply);
    return limit.reply;
  }
  session.logIn(user, { ...grant, start }, storage);
  context.log('info', `${grant.isAnonymous ? 'ANON' : 'USER'} ${user}: Login successful.`, session);
  await context.hooks.login(session);
  const granted = grant.settings.accessGrantedText?.replaceAll('%u', user);
  const text =
    granted ??
    (grant.isAnonymous ? 'Anonymous access granted, restrictions apply' : `User ${user} logged in`);
  return reply(code, ...(await sessionDisplay(session, grant.settings.display.login)), text);
}

/** Says no, and counts it. */
export async function refuse(
  session: Session,
  user: string,
  {
    reason,
    isUnknownUser = false,
    reply: own,
    closesConnection = false,
    countsAsAttempt = true,
    event,
  }: LoginRefusal,
): Promise<Reply> {
  const { context, settings } = session;
  context.log('notice', `USER ${user}${isUnknownUser ? '' : ' (Login failed)'}: ${reason}`, session);
  if (event) await context.emit({ name: event, session, detail: user });
  await context.emit({ name: 'LoginFailed', session, detail: user });
  if (session.isEnded) return incorrect;
  session.advance({ type: 'login-refused' });
  const text = settings.accessDeniedText?.replaceAll('%u', user);
  const refusal = own ?? (text === undefined ? incorrect : reply(530, text));
  if (countsAsAttempt) session.failedLogins++;
  const isLast = settings.maxLoginAttempts !== undefined && session.failedLogins >= settings.maxLoginAttempts;
  if (!isLast && !closesConnection) return refusal;
  if (isLast) {
    // Who hears it may end the session with a reply of its own, behind this one, as in ProFTPD.
    session.write(refusal);
    await context.emit({ name: 'MaxLoginAttempts', session, detail: user });
    context.log(
      'notice',
      `Maximum login attempts (${settings.maxLoginAttempts}) exceeded, connection refused`,
      session,
    );
  }
  if (isLast) session.end('max-login-attempts');
  else session.end('refused', refusal);
  return refusal;
}

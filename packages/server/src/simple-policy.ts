import type { Account, Authenticator } from '@ftpd/auth';
import { reply, type AnyCommandRow } from '@ftpd/protocol';
import { rootPath } from '@ftpd/storage';
import type { LoginDecision, Policy } from './policy.ts';
import { settingsFrom, type Settings } from './settings.ts';

export interface SimplePolicyOptions {
  readonly authenticator: Authenticator;
  /** The storage's name of the folder that becomes the user's `/`. Default: the account's home. */
  readonly root?: string | ((account: Account) => string);
  /** What differs from the defaults. */
  readonly settings?: Partial<Omit<Settings, 'at'>>;
  /** Whether all commands that change files are refused. Default: false. */
  readonly isReadOnly?: boolean;
}

const denied = (row: AnyCommandRow) => reply(550, `${row.verb}: Operation not permitted`);

/** One server, one set of settings, users from one authenticator: for programs that embed a server. */
export function createSimplePolicy({
  authenticator,
  root = (account) => account.home,
  settings: changes = {},
  isReadOnly = false,
}: SimplePolicyOptions): Policy {
  const settings = settingsFrom(changes);
  return {
    connect: () => ({ outcome: 'admitted', settings }),
    host: () => undefined,
    user: () => settings,
    isAnonymous: () => false,
    async login(session, user, password): Promise<LoginDecision> {
      const verdict = await authenticator.verify(user, password, {
        remoteAddress: session.remoteAddress,
        signal: session.signal,
      });
      if (verdict.outcome !== 'accepted')
        return {
          outcome: 'refused',
          reason: verdict.outcome === 'refused' ? verdict.reason : verdict.outcome,
        };
      const { account } = verdict;
      return {
        outcome: 'accepted',
        account,
        identity: { user: account.user, uid: account.uid, gid: account.gid, groups: account.groupIds },
        settings,
        root: typeof root === 'string' ? root : root(account),
        start: rootPath,
        isAnonymous: false,
      };
    },
    authorize: (_session, row) => (isReadOnly && row.group === 'WRITE' ? denied(row) : undefined),
    groupId: (_session, name) => authenticator.groupId?.(name),
  };
}

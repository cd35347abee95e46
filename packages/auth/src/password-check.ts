import { setTimeout as delay } from 'node:timers/promises';
import type { Account, Authenticator, Refusal, Verdict, VerifyContext } from './authenticator.ts';

/** What a check says. `unavailable`: it could not find out. */
export type PasswordCheckVerdict =
  | {
      readonly outcome: 'accepted';
      /** Another name that the check gave the user, as PAM modules may. Absent: the account's own. */
      readonly user?: string;
    }
  | {
      readonly outcome: 'refused';
      readonly reason: Refusal;
      /** How long a login that is refused in the end should take, milliseconds. Absent: no wish. */
      readonly delayMs?: number;
    }
  | { readonly outcome: 'unavailable'; readonly cause: unknown };

/** Knows whether a password is right, and no accounts: PAM, RADIUS (ProFTPD's "authenticating only" modules). */
export interface PasswordCheck {
  /** As in `AuthOrder`, without `.c`: `mod_auth_pam`. */
  readonly name: string;
  /** Never throws: an outage is a verdict. */
  check(account: Account, password: string, context: VerifyContext): Promise<PasswordCheckVerdict>;
  close?(): Promise<void>;
}

/** Longest time that a refusal is held back, milliseconds. */
const maxDelayMs = 10_000;

export interface CheckLink {
  readonly check: PasswordCheck;
  /** `mod_x.c*` in AuthOrder: who is refused here is refused. Default: false, the accounts' own password decides then. */
  readonly isAuthoritative?: boolean;
}

/**
 * Accounts whose passwords are checked by others first. As in ProFTPD, the checks come before the accounts' own
 * passwords wherever AuthOrder names them, one that accepts is enough, and they are not asked about unknown users.
 */
export function createCheckedAuthenticator(
  accounts: Authenticator,
  checks: readonly CheckLink[],
): Authenticator {
  async function verify(user: string, password: string, context: VerifyContext): Promise<Verdict> {
    const account = await accounts.lookUp(user);
    if (account === undefined) return accounts.verify(user, password, context);
    let delayMs = 0;
    for (const { check, isAuthoritative = false } of checks) {
      const verdict = await check.check(account, password, context);
      if (verdict.outcome === 'accepted') {
        if (await isSamePerson(accounts, account, verdict.user)) return { outcome: 'accepted', account };
        return { outcome: 'refused', reason: 'wrong-password' };
      }
      if (verdict.outcome === 'refused') delayMs = Math.max(delayMs, verdict.delayMs ?? 0);
      if (isAuthoritative) return late(plain(verdict), delayMs, context);
    }
    return late(await accounts.verify(user, password, context), delayMs, context);
  }

  return {
    ...accounts,
    async verify(user, password, context) {
      try {
        return await verify(user, password, context);
      } catch (cause) {
        return { outcome: 'unavailable', cause };
      }
    },
    async close() {
      await Promise.all([...checks.map(({ check }) => check), accounts].map(async (each) => each.close?.()));
    },
  };
}

/** A check that means somebody else by the name has not verified the one who logs in. */
async function isSamePerson(
  accounts: Authenticator,
  account: Account,
  user = account.user,
): Promise<boolean> {
  if (user === account.user) return true;
  return (await accounts.lookUp(user))?.uid === account.uid;
}

function plain(verdict: Exclude<PasswordCheckVerdict, { outcome: 'accepted' }>): Verdict {
  return verdict.outcome === 'refused' ? { outcome: 'refused', reason: verdict.reason } : verdict;
}

/** Who gets in after all does not wait; who guesses does, and holds nothing but his own connection meanwhile. */
async function late(verdict: Verdict, delayMs: number, { signal }: VerifyContext): Promise<Verdict> {
  if (verdict.outcome !== 'accepted' && delayMs > 0)
    await delay(Math.min(delayMs, maxDelayMs), undefined, signal && { signal }).catch(() => undefined);
  return verdict;
}

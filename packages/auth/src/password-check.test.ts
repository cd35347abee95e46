import { describe, expect, it } from 'vitest';
import type { Account } from './authenticator.ts';
import {
  createCheckedAuthenticator,
  type PasswordCheck,
  type PasswordCheckVerdict,
} from './password-check.ts';
import { createStaticAuthenticator } from './static-authenticator.ts';

const accounts = createStaticAuthenticator({
  accounts: [
    { user: 'alice', password: 'own', uid: 1 },
    { user: 'Alice', password: 'own', uid: 1 },
    { user: 'bob', password: 'own', uid: 2 },
  ],
});
const context = { remoteAddress: '192.0.2.1' };

function checkThatSays(verdict: PasswordCheckVerdict): PasswordCheck & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    name: 'check',
    asked,
    check: (account: Account) => {
      asked.push(account.user);
      return Promise.resolve(verdict);
    },
  };
}

const refusal = { outcome: 'refused', reason: 'wrong-password' } as const;

describe('accounts whose passwords others check first', () => {
  it('are accepted with a password that a check accepts', async () => {
    const checked = createCheckedAuthenticator(accounts, [{ check: checkThatSays({ outcome: 'accepted' }) }]);
    expect(await checked.verify('alice', 'other', context)).toMatchObject({
      outcome: 'accepted',
      account: { user: 'alice' },
    });
  });

  it('are accepted with their own password when a check refuses that has not the last word', async () => {
    const checked = createCheckedAuthenticator(accounts, [{ check: checkThatSays(refusal) }]);
    expect(await checked.verify('alice', 'own', context)).toMatchObject({ outcome: 'accepted' });
    expect(await checked.verify('alice', 'other', context)).toEqual(refusal);
  });

  it('are refused with their own password when a check with the last word refuses', async () => {
    const check = checkThatSays({ outcome: 'refused', reason: 'account-expired' });
    const checked = createCheckedAuthenticator(accounts, [{ check, isAuthoritative: true }]);
    expect(await checked.verify('alice', 'own', context)).toEqual({
      outcome: 'refused',
      reason: 'account-expired',
    });
  });

  it('are not accepted during an outage of a check with the last word', async () => {
    const cause = new Error('down');
    const check = checkThatSays({ outcome: 'unavailable', cause });
    const checked = createCheckedAuthenticator(accounts, [{ check, isAuthoritative: true }]);
    expect(await checked.verify('alice', 'own', context)).toEqual({ outcome: 'unavailable', cause });
  });

  it('are asked before the checks, which never hear of unknown users', async () => {
    const check = checkThatSays({ outcome: 'accepted' });
    const checked = createCheckedAuthenticator(accounts, [{ check }]);
    expect(await checked.verify('nobody', 'x', context)).toEqual({ outcome: 'unknown' });
    expect(check.asked).toEqual([]);
  });

  it('are refused when the check speaks of somebody else', async () => {
    const as = (user: string) =>
      createCheckedAuthenticator(accounts, [{ check: checkThatSays({ outcome: 'accepted', user }) }]).verify(
        'alice',
        'own',
        context,
      );
    expect(await as('bob')).toEqual(refusal);
    expect(await as('root')).toEqual(refusal);
    expect(await as('Alice')).toMatchObject({ outcome: 'accepted', account: { user: 'alice' } });
  });

  it('are unavailable, not unknown, when they cannot be looked up', async () => {
    const cause = new Error('no answer');
    const broken = { ...accounts, lookUp: () => Promise.reject(cause) };
    const checked = createCheckedAuthenticator(broken, [{ check: checkThatSays({ outcome: 'accepted' }) }]);
    expect(await checked.verify('alice', 'own', context)).toEqual({ outcome: 'unavailable', cause });
  });

  it('hold a refusal back as long as a check wishes, and nobody who gets in', async () => {
    const check = checkThatSays({ ...refusal, delayMs: 60_000_000 });
    const checked = createCheckedAuthenticator(accounts, [{ check }]);
    expect(await checked.verify('alice', 'own', context)).toMatchObject({ outcome: 'accepted' });
    const gone = new AbortController();
    let isOver = false;
    const late = checked.verify('alice', 'other', { ...context, signal: gone.signal }).then((verdict) => {
      isOver = true;
      return verdict;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isOver).toBe(false);
    gone.abort();
    expect(await late).toEqual(refusal);
  });
});

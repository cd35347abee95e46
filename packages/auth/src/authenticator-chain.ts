import type { Account, Authenticator } from './authenticator.ts';

export interface ChainLink {
  readonly authenticator: Authenticator;
  /** `mod_x.c*` in AuthOrder: who is unknown here is unknown to all. Default: false. */
  readonly isAuthoritative?: boolean;
}

/**
 * Asks authenticators in order (ProFTPD AuthOrder). The first that knows the user decides: its refusal is final, and so
 * is its outage, since it might have refused. `lookUp` throws what the asked one throws.
 */
export function createAuthenticatorChain(links: readonly (Authenticator | ChainLink)[]): Authenticator {
  const order = links.map((link) => ('authenticator' in link ? link : { authenticator: link }));
  const firstName = <Value>(ask: (authenticator: Authenticator) => Value | undefined): Value | undefined => {
    for (const { authenticator } of order) {
      const value = ask(authenticator);
      if (value !== undefined) return value;
    }
    return undefined;
  };

  return {
    name: order.map(({ authenticator }) => authenticator.name).join(' '),
    async lookUp(user): Promise<Account | undefined> {
      for (const { authenticator, isAuthoritative = false } of order) {
        const account = await authenticator.lookUp(user);
        if (account !== undefined || isAuthoritative) return account;
      }
      return undefined;
    },
    async verify(user, password, context) {
      try {
        for (const { authenticator, isAuthoritative = false } of order) {
          const verdict = await authenticator.verify(user, password, context);
          if (verdict.outcome !== 'unknown' || isAuthoritative) return verdict;
        }
        return { outcome: 'unknown' };
      } catch (cause) {
        return { outcome: 'unavailable', cause };
      }
    },
    userName: (uid) => firstName((authenticator) => authenticator.userName?.(uid)),
    groupName: (gid) => firstName((authenticator) => authenticator.groupName?.(gid)),
    groupId: (name) => firstName((authenticator) => authenticator.groupId?.(name)),
    async close() {
      await Promise.all(order.map(async ({ authenticator }) => authenticator.close?.()));
    },
  };
}

import type { Account, Authenticator } from './authenticator.ts';

export interface ChainLink {
  readonly authenticator: Authenticator;
  /** `mod_x.c*` in AuthOrder: who is unknown here is unknown to all. Default: false. */
  readonly isAuthoritative?: boolean;
}

/**
 * Asks authenticators in order (ProFTPD AuthOrder). The first whose `lookUp` knows the user decides: its refusal is final,
 * and so is an outage before it, which might have refused. `lookUp` throws what the asked one throws.
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

  async function findKnowing(
    user: string,
  ): Promise<{ authenticator: Authenticator; account: Account } | undefined> {
    for (const { authenticator, isAuthoritative = false } of order) {
      const account = await authenticator.lookUp(user);
      if (account !== undefined) return { authenticator, account };
      if (isAuthoritative) return undefined;
    }
    return undefined;
  }

  return {
    name: order.map(({ authenticator }) => authenticator.name).join(' '),
    lookUp: async (user) => (await findKnowing(user))?.account,
    async verify(user, password, context) {
      try {
        // Just one is asked to verify, also for users whom nobody knows: a hash for each would tell by the time who is known.
        // Where there is no choice, the one need not be asked first whether it knows the user.
        const knowing = order.length === 1 ? order[0] : ((await findKnowing(user)) ?? order[0]);
        return (await knowing?.authenticator.verify(user, password, context)) ?? { outcome: 'unknown' };
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

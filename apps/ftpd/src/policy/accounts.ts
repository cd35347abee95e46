import {
  createAuthenticatorChain,
  createCheckedAuthenticator,
  type Authenticator,
  type ChainLink,
  type CheckLink,
} from '@ftpd/auth';
import type { SessionScope } from '@ftpd/config';
import type { FtpdModule, ModuleContext } from '@ftpd/module';
import { authOrder, type AuthOrderEntry } from '../modules/auth/order.ts';

/** Where the users of each server come from. */
export interface Accounts {
  /** The chain of AuthOrder for a server. */
  of(scope: SessionScope): Authenticator;
  /** Modules that AuthOrder names and that are not here. */
  readonly missing: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Stands for a module without accounts, so that its `*` still ends the search. */
function nobody(name: string): Authenticator {
  return {
    name,
    lookUp: () => Promise.resolve(undefined),
    verify: () => Promise.resolve({ outcome: 'unknown' }),
  };
}

/**
 * Makes the authenticators of a configuration, once for each server.
 * @param modules - Those with `auth` or `passwordCheck`, in the order in which they are asked where there is no AuthOrder.
 */
export function createAccounts(modules: readonly FtpdModule[], context: ModuleContext): Accounts {
  const chains = new Map<number, Authenticator>();
  const missing = new Set<string>();
  const sources = new Map(
    modules
      .filter((module) => 'auth' in module || 'passwordCheck' in module)
      .map((module) => [module.name, module]),
  );

  function chainOf(scope: SessionScope): Authenticator {
    const order =
      scope.first(authOrder) ?? [...sources.keys()].map((module) => ({ module, isAuthoritative: false }));
    const chain = createAuthenticatorChain(order.flatMap((entry) => linksOf(entry, scope)));
    const checks = order.flatMap((entry) => checksOf(entry, scope));
    return checks.length === 0 ? chain : createCheckedAuthenticator(chain, checks);
  }

  function linksOf({ module, isAuthoritative }: AuthOrderEntry, scope: SessionScope): ChainLink[] {
    const source = sources.get(module);
    if (source === undefined) missing.add(module);
    const authenticator = source?.auth?.(scope, context);
    if (authenticator !== undefined) return [{ authenticator, isAuthoritative }];
    // The last word of a check is about passwords, and does not end the search for the user.
    const endsSearch = isAuthoritative && source?.passwordCheck === undefined;
    return endsSearch ? [{ authenticator: nobody(module), isAuthoritative }] : [];
  }

  function checksOf({ module, isAuthoritative }: AuthOrderEntry, scope: SessionScope): CheckLink[] {
    const check = sources.get(module)?.passwordCheck?.(scope, context);
    return check === undefined ? [] : [{ check, isAuthoritative }];
  }

  return {
    missing,
    of(scope) {
      const { index } = scope.selector.server;
      const known = chains.get(index);
      if (known !== undefined) return known;
      const chain = chainOf(scope);
      chains.set(index, chain);
      return chain;
    },
    async close() {
      await Promise.all([...chains.values()].map(async (chain) => chain.close?.()));
    },
  };
}

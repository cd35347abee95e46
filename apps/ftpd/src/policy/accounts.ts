import { createAuthenticatorChain, type Authenticator, type ChainLink } from '@ftpd/auth';
import type { SessionScope } from '@ftpd/config';
import type { FtpdModule, ModuleContext } from '@ftpd/module';
import { authOrder } from '../modules/auth/order.ts';

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
 * @param modules - Those with `auth`, in the order in which they are asked where there is no AuthOrder.
 */
export function createAccounts(modules: readonly FtpdModule[], context: ModuleContext): Accounts {
  const chains = new Map<number, Authenticator>();
  const missing = new Set<string>();
  const sources = new Map(
    modules.filter((module) => 'auth' in module).map((module) => [module.name, module]),
  );

  function chainOf(scope: SessionScope): Authenticator {
    const order =
      scope.first(authOrder) ?? [...sources.keys()].map((module) => ({ module, isAuthoritative: false }));
    const links: ChainLink[] = [];
    for (const { module, isAuthoritative } of order) {
      const source = sources.get(module);
      if (source === undefined) missing.add(module);
      const authenticator = source?.auth?.(scope, context);
      if (authenticator !== undefined) links.push({ authenticator, isAuthoritative });
      else if (isAuthoritative) links.push({ authenticator: nobody(module), isAuthoritative });
    }
    return createAuthenticatorChain(links);
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

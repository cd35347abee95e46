import type { Account } from '@ftpd/auth';
import type { KeeperContext } from '../request.ts';

/** The accounts that a name stands for: in the servers of the configuration, and on this machine. */
export async function accountsNamed(
  { composition: { accounts, scopes }, system }: KeeperContext,
  user: string,
): Promise<readonly Account[]> {
  const chains = new Set(scopes.map((scope) => accounts.of(scope)));
  const found = await Promise.all([...chains].map((chain) => chain.lookUp(user)));
  return [...found, system.user(user)].filter((account) => account !== undefined);
}

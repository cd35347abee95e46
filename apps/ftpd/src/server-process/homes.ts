import { makeHomeRequest } from '../keeper/requests/make-home.ts';
import type { KeeperClient } from '../keeper/request.ts';
import type { MakeHome } from '../policy/home.ts';

/** Homes are made by the keeper, or by their users where NoRootPrivs says so. */
export function homesThrough(keeper: KeeperClient, byUsers: MakeHome): MakeHome {
  return async (wanted) => {
    if (wanted.value.isMadeByUser) return await byUsers(wanted);
    const { account, server, className } = wanted;
    const { failure } = await keeper.ask(makeHomeRequest, { user: account.user, server, className });
    if (failure !== undefined) throw new Error(failure);
  };
}

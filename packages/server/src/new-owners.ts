import type { NewOwners } from '@ftpd/storage';
import { groupIdOf } from './group-id.ts';
import type { Session } from './session.ts';
import type { PathSettings } from './settings.ts';

const theUsers: NewOwners = {};

/** To whom what the session makes is given, as far as the names are known. @see ProFTPD UserOwner, GroupOwner */
export async function newOwners(
  session: Session,
  { newOwner, newGroup }: Pick<PathSettings, 'newOwner' | 'newGroup'>,
): Promise<NewOwners> {
  if (newOwner === undefined && newGroup === undefined) return theUsers;
  const { policy } = session.context;
  const owner = newOwner === undefined ? undefined : await policy.userId?.(session, newOwner);
  const group =
    newGroup === undefined || newGroup === '~' ? undefined : (groupIdOf(session, newGroup) ?? undefined);
  const own = newGroup === '~' ? session.account?.gid : group;
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(own === undefined || own === 0 ? {} : { group: own }),
  };
}

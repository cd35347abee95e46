import { reply, texts } from '@ftpd/protocol';
import { isStorageError } from '@ftpd/storage';
import { groupIdOf } from '../../group-id.ts';
import type { SiteHandler } from '../../handler.ts';

/** ProFTPD mod_site */
export const chgrp: SiteHandler<'CHGRP'> = async (session, { group, path: text }, { verb }) => {
  const gid = groupIdOf(session, group);
  if (gid === undefined) return reply(550, `${text}: Invalid argument`);
  try {
    await session.files.setGroup(session.pathOf(text), gid);
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return reply(550, `${text}: ${error.message}`);
  }
  return texts.commandSuccessful(200, `SITE ${verb}`);
};

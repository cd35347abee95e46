import { texts } from '@ftpd/protocol';
import type { SiteHandler } from '../../handler.ts';
import { siteFailure } from './failure.ts';

/** ProFTPD mod_site_misc */
export const symlink: SiteHandler<'SYMLINK'> = async (session, { target, path }, { verb, text: all }) => {
  try {
    await session.files.makeSymlink(target, session.pathOf(path));
  } catch (error) {
    return siteFailure(error, `SYMLINK ${all}`);
  }
  return texts.commandSuccessful(200, verb);
};

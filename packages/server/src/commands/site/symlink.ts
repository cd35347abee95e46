import { texts } from '@ftpd/protocol';
import type { SiteHandler } from '../../handler.ts';
import { siteFailure } from './failure.ts';

/**
 * ProFTPD mod_site_misc: the target is a path of the session, which must be there. The link holds it from the root, so
 * that it means the same wherever the link stands.
 */
export const symlink: SiteHandler<'SYMLINK'> = async (
  session,
  { target: text, path },
  { verb, text: all },
) => {
  const target = session.pathOf(text);
  try {
    await session.files.stat(target);
    await session.files.makeSymlink(target, session.pathOf(path));
  } catch (error) {
    return siteFailure(error, `SYMLINK ${all}`);
  }
  return texts.commandSuccessful(200, `SITE ${verb}`);
};

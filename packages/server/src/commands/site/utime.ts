import { texts } from '@ftpd/protocol';
import type { SiteHandler } from '../../handler.ts';
import { siteFailure } from './failure.ts';

/** ProFTPD mod_site_misc: times in UTC. */
export const utime: SiteHandler<'UTIME'> = async (
  session,
  { modifiedMs, accessedMs = modifiedMs, path },
  { verb, text: all },
) => {
  try {
    await session.files.setTimes(session.pathOf(path), { modifiedMs, accessedMs });
  } catch (error) {
    return siteFailure(error, `UTIME ${all}`);
  }
  return texts.commandSuccessful(200, `SITE ${verb}`);
};

import { reply, texts } from '@ftpd/protocol';
import { joinPath, type VirtualPath } from '@ftpd/storage';
import type { SiteHandler } from '../../handler.ts';
import type { Session } from '../../session.ts';
import { siteFailure } from './failure.ts';

/** A tree deeper than this is not removed: it would need a stack without bound. */
const maxDepth = 64;

/** ProFTPD mod_site_misc: removes the folder with all that is in it. Links are removed, never followed. */
export const rmdir: SiteHandler<'RMDIR'> = async (session, text, { verb, text: all }) => {
  const path = session.pathOf(text);
  try {
    const stat = await session.files.stat(path, { followsSymlinks: false });
    if (stat.kind !== 'directory') return reply(550, `RMDIR ${all}: Invalid argument`);
    if (!(await removeTree(session, path, maxDepth)))
      return reply(550, `RMDIR ${all}: Too many levels of directories`);
  } catch (error) {
    return siteFailure(error, `RMDIR ${all}`);
  }
  return texts.commandSuccessful(200, `SITE ${verb}`);
};

async function removeTree(session: Session, path: VirtualPath, depth: number): Promise<boolean> {
  if (depth === 0) return false;
  for await (const batch of session.files.list(path)) {
    for (const entry of batch) {
      const child = joinPath(path, entry.name);
      if (entry.kind !== 'directory') await session.files.remove(child);
      else if (!(await removeTree(session, child, depth - 1))) return false;
    }
  }
  await session.files.removeDirectory(path);
  return true;
}

import { applyModeChange, reply, texts } from '@ftpd/protocol';
import { isStorageError } from '@ftpd/storage';
import type { SiteHandler } from '../../handler.ts';

/** ProFTPD mod_site: octal or symbolic modes. */
export const chmod: SiteHandler<'CHMOD'> = async (session, { change, path: text }, { verb, text: all }) => {
  const path = session.pathOf(text);
  try {
    const stat = await session.files.stat(path);
    await session.files.setMode(path, applyModeChange(change, stat.mode, stat.kind === 'directory'));
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return reply(550, `${error.code === 'STORAGE_DENIED' ? `CHMOD ${all}` : text}: ${error.message}`);
  }
  return texts.commandSuccessful(200, `SITE ${verb}`);
};

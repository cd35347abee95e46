import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 3659 §3 */
export const mdtm: Handler<'MDTM'> = async (session, text) => {
  const stat = await session.files.stat(session.pathOf(text));
  return stat.kind === 'file'
    ? texts.modificationTime(stat.modifiedMs)
    : reply(550, `${text}: not a plain file`);
};

import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 3659 §4. In ASCII the count would need the whole file read, so it is refused, as in ProFTPD. */
export const size: Handler<'SIZE'> = async (session, text) => {
  if (session.parameters.type === 'A') return reply(550, 'SIZE not allowed in ASCII mode');
  const stat = await session.files.stat(session.pathOf(text));
  return stat.kind === 'file' ? texts.size(stat.sizeBytes) : reply(550, `${text}: not a regular file`);
};

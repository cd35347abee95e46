import { texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3 */
export const rmd: Handler<'RMD'> = async (session, text, { verb }) => {
  await session.files.removeDirectory(session.pathOf(text));
  return texts.commandSuccessful(250, verb);
};

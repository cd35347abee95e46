import { accessByMode, formatFacts, reply } from '@ftpd/protocol';
import { isStorageError, parentOf } from '@ftpd/storage';
import type { Handler } from '../handler.ts';
import { namedEntry } from '../listing/entries.ts';
import { Refused } from '../refused.ts';
import { accessorOf } from './mlsd.ts';

/** RFC 3659 §7: facts of one object, on the control connection, with its whole path. */
export const mlst: Handler<'MLST'> = async (session, text = session.workingDirectory) => {
  try {
    const path = session.pathOf(text);
    const entry = await namedEntry(session, path, path, true);
    const parent = await session.files.stat(parentOf(path));
    const accessor = accessorOf(session);
    const line = formatFacts(entry, {
      facts: session.parameters.facts,
      access: accessByMode(entry, accessor),
      mayChangeParent: accessByMode(parent, accessor).mayWrite,
    });
    return reply(250, `Start of list for ${text}`, line, 'End of list');
  } catch (error) {
    if (!isStorageError(error)) throw error;
    throw new Refused(550, `'${text}' cannot be listed`);
  }
};

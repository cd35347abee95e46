import { reply, type Reply } from '@ftpd/protocol';
import { isStorageError } from '@ftpd/storage';
import type { Handler } from '../handler.ts';
import { listLines } from '../listing/list-text.ts';
import { Refused } from '../refused.ts';
import type { Session } from '../session.ts';
import { listFlags } from './list.ts';

/** A reply is no place for more. */
const maxLines = 10_000;

/** RFC 959 §4.1.3: of the session without a path, else a listing on the control connection. */
export const stat: Handler<'STAT'> = (session, { options, path }) =>
  path === undefined ? sessionStatus(session) : pathStatus(session, options, path);

function sessionStatus(session: Session): Reply {
  const { settings, parameters, remoteAddress } = session;
  return reply(
    211,
    `Status of '${settings.serverName}'`,
    `Connected from ${remoteAddress} (${remoteAddress})`,
    session.isLoggedIn ? `Logged in as ${session.user}` : 'Not logged in',
    `TYPE: ${parameters.type === 'A' ? 'ASCII' : 'BINARY'}, STRUcture: File, Mode: Stream`,
    session.transferStatus,
    'End of status',
  );
}

async function pathStatus(session: Session, options: string, path: string): Promise<Reply> {
  const flags = { ...listFlags(session, options), hidden: 'all' } as const;
  const lines: string[] = [];
  try {
    for await (const piece of listLines(session, { flags, text: path, isGlobbing: false })) {
      lines.push(...piece.slice(0, maxLines - lines.length));
      if (lines.length >= maxLines) break;
    }
    const isFolder = (await session.files.stat(session.pathOf(path))).kind === 'directory';
    return reply(isFolder ? 212 : 213, `Status of ${path}:`, ...lines, 'End of status');
  } catch (error) {
    if (!isStorageError(error)) throw error;
    throw new Refused(450, `${path}: ${error.message}`);
  }
}

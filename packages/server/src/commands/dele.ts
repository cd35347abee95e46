import { reply, texts } from '@ftpd/protocol';
import { parentOf } from '@ftpd/storage';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3. Of a symlink, the link itself is removed. */
export const dele: Handler<'DELE'> = async (session, text, { verb }) => {
  const path = session.pathOf(text);
  if (!session.settingsAt(parentOf(path)).isPathAllowed(text))
    return reply(550, `${text}: Forbidden filename`);
  const nowMs = session.context.now();
  const { sizeBytes } = await session.files.remove(path);
  session.context.hooks.transfer(session, {
    verb,
    direction: 'deleted',
    path,
    bytes: sizeBytes,
    startedAtMs: nowMs,
    durationMs: session.context.now() - nowMs,
    type: session.parameters.type,
    isComplete: true,
  });
  return texts.commandSuccessful(250, verb);
};

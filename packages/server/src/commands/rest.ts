import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 3659 §5: where the next transfer starts, in bytes. */
export const rest: Handler<'REST'> = (session, atBytes) => {
  if (atBytes > 0 && session.parameters.type === 'A') {
    return reply(501, 'REST: Resuming transfers not allowed in ASCII mode');
  }
  session.advance({ type: 'start-set', start: { kind: 'offset', atBytes } });
  return texts.restartingAt(atBytes);
};

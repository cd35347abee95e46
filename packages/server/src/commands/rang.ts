import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** draft-bryan-ftp-range: which bytes the next transfer is about. */
export const rang: Handler<'RANG'> = (session, range) => {
  if (session.parameters.type === 'A') return reply(551, 'RANG: Transfer ranges not allowed in ASCII mode');
  if (range.kind === 'reset') {
    session.advance({ type: 'start-set' });
    return reply(350, 'Reset byte transfer range');
  }
  session.advance({ type: 'start-set', start: range });
  return texts.transferringRange(range.firstByte, range.lastByte);
};

import { reply, texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import { expectPassive } from './pasv.ts';

/** RFC 2428 §3 and §4 */
export const epsv: Handler<'EPSV'> = async (session, argument) => {
  if (argument.kind === 'all') {
    session.parameters.isEpsvOnly = true;
    return reply(200, 'EPSV ALL command successful');
  }
  const opened = await expectPassive(session);
  return 'code' in opened ? opened : texts.enteringExtendedPassive(opened.port);
};

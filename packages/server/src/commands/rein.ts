import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.1: back to where the session was after the greeting. */
export const rein: Handler<'REIN'> = async (session) => {
  const decision = await session.context.policy.connect(session);
  if (decision.outcome === 'refused') {
    const refusal = decision.reply ?? reply(421, 'Service not available, closing control connection');
    session.end('refused', refusal);
    return refusal;
  }
  await session.reinitialise(decision.settings);
  return reply(220, 'Service ready for new user');
};

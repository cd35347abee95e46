import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 7151: chooses the virtual server by name. */
export const host: Handler<'HOST'> = async (session, name) => {
  const { policy, hooks } = session.context;
  const settings = await policy.host(session, name);
  if (!settings) return reply(504, `${name}: Unknown hostname provided`);
  session.settings = settings;
  session.hostName = name;
  session.advance({ type: 'reinitialised' });
  session.context.registry.update(session);
  const refusal = await hooks.host(session);
  if (refusal) {
    session.end('refused', refusal);
    return refusal;
  }
  return reply(220, settings.greeting);
};

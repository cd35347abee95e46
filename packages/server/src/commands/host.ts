import { reply, texts, type Reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import type { Session } from '../session.ts';

/** RFC 7151: chooses the virtual server by name. */
export const host: Handler<'HOST'> = async (session, name) => {
  const { policy, hooks } = session.context;
  const mismatch = mismatchWithTls(session, name);
  if (mismatch) return mismatch;
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

/** RFC 7151 §4: within TLS the name was chosen by SNI, and another one has no certificate here. */
function mismatchWithTls({ security: { facts } }: Session, name: string): Reply | undefined {
  if (!facts) return undefined;
  if (facts.hostName === undefined) return texts.badSequence();
  return facts.hostName === name.toLowerCase() ? undefined : reply(504, `${name}: Unknown hostname provided`);
}

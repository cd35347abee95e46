import { reply, texts, type Endpoint, type Reply } from '@ftpd/protocol';
import { activeTarget } from '../data/peer-rules.ts';
import type { Handler } from '../handler.ts';
import type { Session } from '../session.ts';

/** RFC 959 §4.1.2, RFC 2577 §3: never to somebody else, never to a port of a service. */
export const port: Handler<'PORT'> = (session, endpoint, { verb }) => expectActive(session, endpoint, verb);

export function expectActive(session: Session, endpoint: Endpoint, verb: string): Reply {
  if (session.parameters.isEpsvOnly) return reply(500, `Illegal ${verb} command, EPSV ALL in effect`);
  if (session.settings.activeSourcePort === 'control-less-one-if-unprivileged' && session.localPort <= 1024)
    return reply(500, `Unable to service ${verb} commands`);
  const target = activeTarget(session, endpoint);
  if (!target) {
    session.context.log(
      'notice',
      `Refused ${verb} to ${endpoint.address} port ${endpoint.port} (AllowForeignAddress)`,
      session,
    );
    return reply(500, `Illegal ${verb} command`);
  }
  session.dataPort.expectActive(target);
  return texts.commandSuccessful(200, verb);
}

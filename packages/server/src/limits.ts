import { reply, type Reply } from '@ftpd/protocol';
import type { ServerEventName } from './hooks.ts';
import type { SessionFilter } from './registry.ts';
import type { Session } from './session.ts';
import type { Ceiling, ClientLimits } from './settings.ts';

interface Limit {
  readonly ceiling: keyof ClientLimits;
  readonly event: ServerEventName;
  /** ProFTPD's own words; `%m` is the ceiling. */
  readonly text: string;
  /** How many others there are that count. Undefined: the limit does not concern this session. */
  readonly others: (session: Session, user: string, base: SessionFilter) => number | undefined;
}

/** In the order in which ProFTPD asks; the first that is reached ends the session. */
const loginLimits: readonly Limit[] = [
  {
    ceiling: 'clientsPerClass',
    event: 'MaxClientsPerClass',
    text: 'Sorry, the maximum number of clients (%m) from your class are already connected.',
    others: (session, _user, base) =>
      session.className === undefined
        ? undefined
        : session.context.registry.count({ ...base, className: session.className }),
  },
  {
    ceiling: 'clientsPerHost',
    event: 'MaxClientsPerHost',
    text: 'Sorry, the maximum number clients (%m) from your host are already connected.',
    others: (session, _user, base) =>
      session.context.registry.count({ ...base, remoteAddress: session.remoteAddress }),
  },
  {
    ceiling: 'clientsPerUser',
    event: 'MaxClientsPerUser',
    text: 'Sorry, the maximum number of clients (%m) for this user are already connected.',
    others: (session, user, base) => session.context.registry.count({ ...base, user }),
  },
  {
    ceiling: 'clients',
    event: 'MaxClients',
    text: 'Sorry, the maximum number of allowed clients (%m) are already connected.',
    others: (session, _user, base) => session.context.registry.count(base),
  },
  {
    ceiling: 'hostsPerUser',
    event: 'MaxHostsPerUser',
    text: 'Sorry, the maximum number of hosts (%m) for this user are already connected.',
    others: (session, user, base) => {
      const ofUser = { ...base, user };
      // Another session from the same address takes no place of its own.
      const isKnownHost =
        session.context.registry.count({ ...ofUser, remoteAddress: session.remoteAddress }) > 0;
      return session.context.registry.countHosts(ofUser) - (isKnownHost ? 1 : 0);
    },
  },
];

/** A limit that a session has reached: to be told, and to end the session with. */
export interface ReachedLimit {
  readonly event: ServerEventName;
  readonly reply: Reply;
}

function refusal(ceiling: Ceiling, text: string): Reply {
  return reply(530, (ceiling.message ?? text).replaceAll('%m', String(ceiling.max)));
}

/**
 * Whether one more session of this user may be on, the limits being those of the settings after the login.
 * Asks and answers at once, so that two logins can't both take the last place.
 */
export function loginLimit(
  session: Session,
  user: string,
  limits: ClientLimits,
  serverId: number,
  isAnonymous: boolean,
): ReachedLimit | undefined {
  const base: SessionFilter = { serverId, isLoggedIn: true, isAnonymous };
  for (const limit of loginLimits) {
    const ceiling = limits[limit.ceiling];
    if (!ceiling) continue;
    const others = limit.others(session, user, base);
    if (others === undefined || others < ceiling.max) continue;
    return { event: limit.event, reply: refusal(ceiling, limit.text) };
  }
  return undefined;
}

/** MaxConnectionsPerHost, at the connect; the session itself is counted already. */
export function connectionLimit(session: Session): ReachedLimit | undefined {
  const ceiling = session.settings.limits.connectionsPerHost;
  if (!ceiling || session.context.registry.count({ remoteAddress: session.remoteAddress }) <= ceiling.max)
    return undefined;
  const text = 'Sorry, the maximum number of connections (%m) for your host are already connected.';
  return { event: 'MaxConnectionsPerHost', reply: refusal(ceiling, text) };
}

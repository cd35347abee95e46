import type { ServerEvent, ServerEventName } from '@ftpd/server';
import type { Subject, SubjectType } from '@ftpd/ban';

/** An event that BanOnEvent can name. */
export interface BanEventRow {
  /** As in reasons and logs. */
  readonly name: string;
  /** When it happens. */
  readonly raisedBy: ServerEventName;
  /** Who is counted and banned. */
  readonly subject: Exclude<SubjectType, 'key'>;
  /** One sentence for the reference. */
  readonly when: string;
}

const rows: readonly BanEventRow[] = [
  row('AnonRejectPasswords', 'host', 'an anonymous password that AnonRejectPasswords refuses'),
  row('BadProtocol', 'host', 'a command of HTTP, SMTP or SSH; the session ends'),
  row('ClientConnectRate', 'host', 'each connection of a client that is not banned'),
  row('EmptyPassword', 'host', 'a PASS without a password, with AllowEmptyPasswords off'),
  row('LoginRate', 'user', 'each right password, also where a limit then refuses the login'),
  row('MaxClientsPerClass', 'class', 'a login beyond this limit'),
  row('MaxClientsPerHost', 'host', 'a login beyond this limit'),
  row('MaxClientsPerUser', 'user', 'a login beyond this limit'),
  row('MaxHostsPerUser', 'user', 'a login beyond this limit'),
  row('MaxConnectionsPerHost', 'host', 'a connection beyond this limit'),
  row('MaxCommandRate', 'host', 'each command beyond this rate'),
  row('MaxLoginAttempts', 'host', 'the failed login with which a session has used up its attempts'),
  {
    ...row('MaxLoginAttemptsFromUser', 'user@host', 'the same moment, but for one user at one address'),
    raisedBy: 'MaxLoginAttempts',
  },
  row('RootLogin', 'host', 'a PASS for an account of uid 0, whatever RootLogin says'),
  row('TimeoutIdle', 'host', 'a session that this timer ends'),
  row('TimeoutLogin', 'host', 'a session that this timer ends'),
  row('TimeoutNoTransfer', 'host', 'a session that this timer ends'),
  row('TLSHandshake', 'host', 'each AUTH TLS, before the handshake'),
  row('UnhandledCommand', 'host', 'a command that is not known (500)'),
];

/** What ProFTPD does not know by a name: with ids of its own, or ours alone. */
const further: readonly BanEventRow[] = [
  row('LoginFailed', 'host', 'each failed login; ours alone'),
  row('InvalidCommand', 'host', 'a line that holds no command'),
  row('MaxClients', 'host', 'a login beyond this limit'),
  row('TimeoutSession', 'host', 'a session that this timer ends'),
  row('TimeoutStalled', 'host', 'a transfer that this timer ends'),
];

function row(
  name: ServerEventName | 'MaxLoginAttemptsFromUser',
  subject: BanEventRow['subject'],
  when: string,
): BanEventRow {
  return { name, raisedBy: name as ServerEventName, subject, when };
}

/** ProFTPD's own names of its events, which BanOnEvent takes as well: "user-defined" ones, about the client's address. */
const ids: Readonly<Record<string, ServerEventName>> = {
  'core.bad-protocol': 'BadProtocol',
  'core.invalid-command': 'InvalidCommand',
  'core.max-command-rate': 'MaxCommandRate',
  'core.timeout-idle': 'TimeoutIdle',
  'core.timeout-login': 'TimeoutLogin',
  'core.timeout-no-transfer': 'TimeoutNoTransfer',
  'core.timeout-session': 'TimeoutSession',
  'core.timeout-stalled': 'TimeoutStalled',
  'core.unhandled-command': 'UnhandledCommand',
  'mod_auth.anon-reject-passwords': 'AnonRejectPasswords',
  'mod_auth.empty-password': 'EmptyPassword',
  'mod_auth.max-clients': 'MaxClients',
  'mod_auth.max-clients-per-class': 'MaxClientsPerClass',
  'mod_auth.max-clients-per-host': 'MaxClientsPerHost',
  'mod_auth.max-clients-per-user': 'MaxClientsPerUser',
  'mod_auth.max-connections-per-host': 'MaxConnectionsPerHost',
  'mod_auth.max-hosts-per-user': 'MaxHostsPerUser',
  'mod_auth.max-login-attempts': 'MaxLoginAttempts',
  'mod_auth.root-login': 'RootLogin',
  'mod_ban.client-connect-rate': 'ClientConnectRate',
  'mod_tls.ctrl-handshake': 'TLSHandshake',
};

/** All events by their names, for the reference. */
export const banEvents: readonly BanEventRow[] = [...rows, ...further];
/** The ids that are taken, for the reference. */
export const banEventIds: Readonly<Record<string, ServerEventName>> = ids;

const byName: ReadonlyMap<string, BanEventRow> = new Map(
  banEvents.map((event) => [event.name.toLowerCase(), event]),
);

/** The event of a name, in any case, or of an id, exactly. Undefined: nothing raises such an event. */
export function eventNamed(name: string): BanEventRow | undefined {
  const raisedBy = Object.hasOwn(ids, name) ? ids[name] : undefined;
  if (raisedBy !== undefined) return { name, raisedBy, subject: 'host', when: '' };
  return byName.get(name.toLowerCase());
}

/** Who an event is about. Undefined: a client without a class, or before USER. */
export function subjectOf(kind: BanEventRow['subject'], event: ServerEvent): Subject | undefined {
  const { remoteAddress, className, user } = event.session;
  const name = {
    host: remoteAddress,
    class: className,
    user: event.detail ?? user,
    'user@host': user === undefined ? undefined : `${user}@${remoteAddress}`,
  }[kind];
  return name === undefined || name === '' ? undefined : { type: kind, name };
}

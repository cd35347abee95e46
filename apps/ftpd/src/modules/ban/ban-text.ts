import { reply, type Reply } from '@ftpd/protocol';
import type { Ban, FiredRule, Subject } from '@ftpd/ban';
import type { SessionView } from '@ftpd/server';
import { escapeControls } from '../../log/escape.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const pad = (value: number): string => String(value).padStart(2, '0');

/** `Sun Nov 22 08:41:30 2026`, in local time. */
export function banTime(atMs: number): string {
  const at = new Date(atMs);
  const clock = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  return `${days[at.getDay()]} ${months[at.getMonth()]} ${pad(at.getDate())} ${clock} ${at.getFullYear()}`;
}

/** The reason of a rule's ban, as ProFTPD writes it. */
export function autobanReason({ event, atMs }: FiredRule): string {
  return `${event} autoban at ${banTime(atMs)}`;
}

/**
 * A message with its variables, as a reply.
 * @param banned - What is banned: only users are told whom.
 */
export function messageReply(
  message: string,
  banned: Subject,
  { remoteAddress, className, user }: Pick<SessionView, 'remoteAddress' | 'className' | 'user'>,
): Reply {
  const isAboutUser = banned.type === 'user' || banned.type === 'user@host';
  const values: Readonly<Record<string, string>> = {
    '%a': remoteAddress,
    '%c': className ?? '(none)',
    '%u': (isAboutUser ? user : undefined) ?? '(none)',
  };
  // Records come from a cache that others may write to: no line of theirs becomes a reply of its own.
  return reply(530, escapeControls(message.replace(/%[acu]/gu, (variable) => values[variable] ?? variable)));
}

/** What is banned, in words: `host '192.0.2.1'`. */
export function banned({ subject: { type, name } }: Pick<Ban, 'subject'>): string {
  return `${type} '${name}'`;
}

import type { Ban, BanEvent, SubjectType } from '@ftpd/ban';
import { banned, banTime } from './ban-text.ts';

/** What BanLog is told of an event, and what SystemLog is, too. */
export interface BanLines {
  readonly lines: readonly string[];
  readonly warning?: string;
}

const end = (endMs: number | undefined): string => (endMs === undefined ? 'never' : banTime(endMs));

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** ProFTPD's numbers of the types. */
const typeNumbers: Readonly<Record<SubjectType, number>> = {
  class: 1,
  host: 2,
  user: 3,
  'user@host': 4,
  key: 0,
};

/** `where` is the address and port of the server that made it. */
function foundText({ subject: { type, name }, where, madeMs, endMs, reason, message = '' }: Ban): string {
  const [address, port] = where.split('#');
  const number = typeNumbers[type];
  return [
    `found cache entry for name ${name}, type ${number}: version 2`,
    `update_ts ${banTime(madeMs)}`,
    `ip_addr ${address}`,
    `port ${port}`,
    `be_type ${number}`,
    `be_name ${name}`,
    `be_reason ${reason}`,
    `be_message ${message}`,
    `be_expires ${end(endMs)}`,
  ].join(', ');
}

const none: BanLines = { lines: [] };

const both = (text: string): BanLines => ({ lines: [text], warning: text });

/** In the words of ProFTPD where it has any: programs read them. */
export function banLines(event: BanEvent, nowMs: number = Date.now()): BanLines {
  switch (event.type) {
    case 'banned': {
      const { ban, origin } = event;
      if (origin === 'here' && ban.by === 'rule')
        return { lines: [`added ${ban.rule}-triggered autoban for ${banned(ban)}`] };
      if (origin === 'journal') return none;
      if (origin === 'proftpd') return { lines: [`${foundText(ban)}, be_sid ${event.serverId}`] };
      const about = `${ban.reason}; expires: ${end(ban.endMs)}`;
      if (origin === 'here') return { lines: [`added ban of ${banned(ban)} by ${ban.by} (${about})`] };
      return { lines: [`found ban of ${banned(ban)} by ${ban.by} at ${ban.where} (${origin}: ${about})`] };
    }
    case 'exported': {
      const { type, name } = event.ban.subject;
      return {
        lines: [`cache entry added for name ${name}, type ${typeNumbers[type]}, sid ${event.serverId}`],
      };
    }
    case 'expired': {
      const { endMs = nowMs } = event.ban;
      const seconds = Math.max(0, Math.floor((nowMs - endMs) / 1000));
      return { lines: [`ban for ${banned(event.ban)} has expired (${seconds} seconds ago)`] };
    }
    case 'permitted': {
      const { by, where, reason, origin } = event;
      if (origin === 'journal') return none;
      const why = reason === '' ? '' : `: ${reason}`;
      const found = origin === 'here' ? 'removed' : 'found removed';
      return { lines: [`${found} ban of ${banned(event)} by ${by} at ${where}${why}`] };
    }
    case 'would-ban':
      return {
        lines: [
          `${event.count.rule} would ban ${banned(event)} (${event.count.count} of ${event.count.limit})`,
        ],
      };
    case 'outage':
      return both(`the BanCache can't be asked: ${textOf(event.error)}`);
    case 'recovered':
      return both('the BanCache answers again');
    case 'full':
      return both(
        'there are more bans than the BanCache holds in one entry: those that end first are not shared',
      );
    case 'journal-failed':
      return both(`the BanTable can't be written: ${textOf(event.error)}`);
  }
}

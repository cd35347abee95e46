import type { BanEvent } from '@ftpd/ban';
import { banned, banTime } from './ban-text.ts';

/** What BanLog is told of an event, and what SystemLog is, too. */
export interface BanLines {
  readonly lines: readonly string[];
  readonly warning?: string;
}

const end = (endMs: number | undefined): string => (endMs === undefined ? 'never' : banTime(endMs));

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const none: BanLines = { lines: [] };

const both = (text: string): BanLines => ({ lines: [text], warning: text });

/** In the words of ProFTPD where it has any. */
export function banLines(event: BanEvent): BanLines {
  switch (event.type) {
    case 'banned': {
      const { ban, origin } = event;
      const about = `${ban.reason}; expires: ${end(ban.endMs)}`;
      if (origin === 'here' && ban.by === 'rule')
        return { lines: [`added ${ban.rule}-triggered autoban for ${banned(ban)} (${about})`] };
      if (origin === 'journal') return none;
      if (origin === 'here') return { lines: [`added ban of ${banned(ban)} by ${ban.by} (${about})`] };
      return { lines: [`found ban of ${banned(ban)} by ${ban.by} at ${ban.where} (${origin}: ${about})`] };
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

import { createHash } from 'node:crypto';
import type { Cache, PoolSecret } from '@ftpd/cache';
import type { TicketKeyOptions, TlsSessions, TlsSessionsOptions, Trust } from '@ftpd/tls-session';
import type { SessionCacheChoice } from './session-cache.ts';
import type { TicketKeyAges } from './session-rows.ts';

/** What decides with whom a server shares its sessions. */
export interface SessionPolicy {
  readonly trust: Trust;
  readonly choice: SessionCacheChoice;
  readonly secret: PoolSecret | undefined;
  readonly ticketKeys: TicketKeyAges | undefined;
}

/** The sessions of the process: servers with the same trust have one set in common, and keep it over a reload. */
export interface SessionGroups {
  /** Begins with a new configuration. @returns what keeps the sets that were asked for since, and ends all others. */
  begin(): () => void;
  of(policy: SessionPolicy): Promise<TlsSessions>;
  close(): Promise<void>;
}

interface Group {
  readonly sessions: TlsSessions;
  generation: number;
}

const hourMs = 3_600_000;
const maxGenerations = 8;

/** ProFTPD makes a key every hour, and takes each until its age; more than eight are never kept here. */
export function ticketKeyOptions({ ageMs, count }: TicketKeyAges): TicketKeyOptions {
  const rotateMs = Math.max(
    Math.min(hourMs, ageMs),
    Math.ceil(ageMs / (Math.min(count, maxGenerations) - 1)),
  );
  return {
    rotateMs,
    generations: Math.max(2, Math.min(count, maxGenerations, Math.ceil(ageMs / rotateMs) + 1)),
  };
}

export function createSessionGroups(
  create: (options: TlsSessionsOptions) => TlsSessions,
  onEvent: NonNullable<TlsSessionsOptions['onEvent']>,
): SessionGroups {
  const groups = new Map<string, Group>();
  const cacheNumbers = new WeakMap<Cache, number>();
  let cacheCount = 0;
  let generation = 0;

  /** A cache that a configuration opened anew is another one. */
  function numberOf(cache: Cache): number {
    const known = cacheNumbers.get(cache);
    if (known !== undefined) return known;
    cacheCount += 1;
    cacheNumbers.set(cache, cacheCount);
    return cacheCount;
  }

  return {
    begin() {
      generation += 1;
      return () => {
        for (const [key, group] of groups) {
          if (group.generation === generation) continue;
          groups.delete(key);
          void group.sessions.close();
        }
      };
    },
    async of({ trust, choice, secret, ticketKeys }) {
      const key = createHash('sha256')
        .update(
          JSON.stringify([
            trust,
            choice.ttlMs,
            choice.proftpd,
            ticketKeys,
            secret?.ids,
            choice.cache === undefined ? 0 : numberOf(choice.cache),
          ]),
        )
        .digest('hex');
      const known = groups.get(key);
      if (known !== undefined) {
        known.generation = generation;
        return known.sessions;
      }
      const { cache, ttlMs, proftpd } = choice;
      const sessions = create({
        trust,
        sessionTtlMs: ttlMs,
        onEvent,
        ...(cache === undefined ? {} : { cache }),
        ...(secret === undefined ? {} : { secret }),
        ...(proftpd === undefined || trust.clientVerification !== 'none' ? {} : { proftpd }),
        ...(ticketKeys === undefined ? {} : { ticketKeys: ticketKeyOptions(ticketKeys) }),
      });
      groups.set(key, { sessions, generation });
      await sessions.ready();
      return sessions;
    },
    async close() {
      await Promise.all([...groups.values()].map(({ sessions }) => sessions.close()));
      groups.clear();
    },
  };
}

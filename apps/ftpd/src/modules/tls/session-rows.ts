import {
  badCount,
  badValue,
  booleanOf,
  defineDirective,
  durationMs,
  parseAt,
  type AnyRow,
  type DefaultedRow,
  type DirectiveRow,
} from '@ftpd/config';
import { tlsSwitchRow } from './tls-switch-row.ts';

const module = 'mod_tls.c';

export interface SessionCacheValue {
  /** `internal`, `memcache`, `redis`, `shm`, or the name of a CacheBackend. */
  readonly type: string;
  /** What stands behind the colon. */
  readonly info: string;
  readonly ttlMs: number;
  readonly directive: string;
  readonly file: string;
  readonly line: number;
}

/** Without the directive. */
export const defaultSessionTtlMs: number = 1_800_000;

export const tlsSessionCache: DirectiveRow<SessionCacheValue | 'off'> = defineDirective({
  name: 'TLSSessionCache',
  module,
  syntax: 'TLSSessionCache off|type:[/info] [timeout]',
  contexts: ['server config'],
  repeats: 'first-wins',
  doc: 'Where sessions are kept for later connections, and for how long (default: 1800 seconds): `internal:`, `shm:/file=PATH`, `memcache:[/json]`, `redis:`, or the name of a CacheBackend and a colon.',
  parse: (args, site): SessionCacheValue | 'off' => {
    const [cache = '', timeout] = args;
    if (args.length === 0 || args.length > 2) throw badCount();
    if (args.length === 1 && booleanOf(cache) === false) return 'off';
    const colon = cache.indexOf(':');
    if (colon < 1) throw badValue('badly formatted parameter', 0, "write a type and a colon: 'memcache:'");
    return {
      type: cache.slice(0, colon),
      info: cache.slice(colon + 1),
      ttlMs: timeout === undefined ? defaultSessionTtlMs : secondsOf(timeout) * 1000,
      directive: site.directive,
      file: site.file,
      line: site.line,
    };
  },
});

function secondsOf(word: string): number {
  if (!/^[+-]?\d{1,9}$/u.test(word)) throw badValue(`'${word}' is not a valid timeout value`, 1);
  const seconds = Number(word);
  if (seconds < 1) throw badValue('timeout be greater than 1', 1);
  return seconds;
}

export const tlsSessionTickets: DefaultedRow<boolean> = tlsSwitchRow(
  'TLSSessionTickets',
  false,
  'Of no effect: clients up to TLSv1.2 come back with session ids, those of TLSv1.3 always with tickets.',
);

export interface TicketKeyAges {
  /** How long a ticket of a key is taken. */
  readonly ageMs: number;
  readonly count: number;
}

export const tlsSessionTicketKeys: DirectiveRow<TicketKeyAges> = defineDirective({
  name: 'TLSSessionTicketKeys',
  module,
  syntax: 'TLSSessionTicketKeys [age secs] [count n]',
  contexts: ['server config'],
  repeats: 'first-wins',
  doc: 'How long the tickets of a key are taken, and how many keys are kept. There is a new key every hour, more often where `age` is less, and less often where more than eight would be needed. Not set: every hour, and the tickets of three keys are taken. With PoolSecretFile and a shared TLSSessionCache all machines of the pool have the same keys.',
  parse: (args): TicketKeyAges => {
    if (args.length === 0 || args.length % 2 !== 0 || args.length > 4) throw badCount();
    let ageMs = 12 * 3_600_000;
    let count = 25;
    for (let index = 0; index < args.length; index += 2) {
      const name = args[index] ?? '';
      const value = args[index + 1] ?? '';
      if (name.toLowerCase() === 'age') {
        ageMs = parseAt(durationMs, args, index + 1);
        if (ageMs < 60_000) throw badValue('max key age must be at least 60sec', index + 1);
      } else if (name.toLowerCase() === 'count') {
        count = /^\d{1,6}$/u.test(value) ? Number(value) : 0;
        if (count < 2)
          throw badValue('max key count must be at least 1', index + 1, '2 is the least that works');
      } else throw badValue(`unknown parameter: ${name}`, index);
    }
    return { ageMs, count };
  },
});

export const sessionRows: readonly AnyRow[] = [tlsSessionCache, tlsSessionTickets, tlsSessionTicketKeys];

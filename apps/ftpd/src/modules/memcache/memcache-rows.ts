import {
  badCount,
  badValue,
  defineDirective,
  SERVER_CONTEXTS,
  type DefaultedRow,
  type DirectiveRow,
  type DirectiveSite,
} from '@ftpd/config';
import { logRow, millisecondsAt, switchedRow } from '../cache-rows.ts';
import { serverOf, type NamedServer } from './server-word.ts';

const module = 'mod_memcache.c';

export const memcacheEngine: DirectiveRow<boolean> = switchedRow(
  'MemcacheEngine',
  module,
  'Whether memcached is used. Not set: yes, where MemcacheServers names servers; off is off, for bans as well.',
);

export const memcacheLog: DirectiveRow<string | undefined> = logRow('MemcacheLog', module);

export const memcacheServers: DirectiveRow<readonly NamedServer[]> = defineDirective({
  name: 'MemcacheServers',
  module,
  syntax: 'MemcacheServers host[:port[:weight]]|/path ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'The memcached servers. All nodes of a pool must name them in the same spelling and order: both decide where a record is.',
  parse: (args, site) => {
    if (args.length === 0) throw badCount();
    return args.map((word) => serverOf(word, site));
  },
});

/** Beside the server that has an entry. */
export const memcacheReplicas: DefaultedRow<number> = defineDirective({
  name: 'MemcacheReplicas',
  module,
  syntax: 'MemcacheReplicas count',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  defaultValue: 0,
  doc: 'How many further servers get a copy of each entry.',
  parse: (args, site) => {
    if (args.length === 0) throw badCount('missing parameters');
    const [word = ''] = args;
    if (!/^-?\d{1,9}$/u.test(word))
      throw badValue(`bad replica parameter: ${word}`, 0, 'write a number of at least 1');
    if (Number(word) >= 1) return Number(word);
    site.warn(`has no effect: ${word} is less than 1`);
    return 0;
  },
});

const options = ['NoBinaryProtocol', 'NoRandomReplicaReads'] as const;

export type MemcacheOption = (typeof options)[number];

export const memcacheOptions: DefaultedRow<ReadonlySet<MemcacheOption>> = defineDirective({
  name: 'MemcacheOptions',
  module,
  syntax: 'MemcacheOptions NoBinaryProtocol|NoRandomReplicaReads ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  defaultValue: new Set<MemcacheOption>(),
  doc: 'NoRandomReplicaReads: copies are read only where the first server fails. NoBinaryProtocol has no effect.',
  parse: (args, site) => {
    if (args.length === 0) throw badCount();
    const chosen = args.map((arg, index) => {
      const option = options.find((candidate) => candidate === arg);
      if (option === undefined)
        throw badValue(`: unknown MemcacheOption '${arg}'`, index, `known: ${options.join(', ')}`);
      return option;
    });
    // ProFTPD's keys hold NUL and control bytes: over the text protocol nothing would be found.
    if (chosen.includes('NoBinaryProtocol'))
      site.warn('NoBinaryProtocol has no effect: the keys of bans and sessions need the binary protocol');
    return new Set(chosen);
  },
});

export interface MemcacheTimeouts {
  readonly connectMs: number;
  readonly readMs: number;
  readonly writeMs: number;
  /** Between attempts to reach a server that is down. Absent: the driver's own choice. */
  readonly retryMs?: number;
}

export const memcacheTimeouts: DefaultedRow<MemcacheTimeouts> = defineDirective({
  name: 'MemcacheTimeouts',
  module,
  syntax: 'MemcacheTimeouts connect-millis read-millis write-millis [ejected-seconds]',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  defaultValue: { connectMs: 500, readMs: 500, writeMs: 500 },
  doc: 'How long a server may take to connect, and to answer (the longer of the second and the third), in ms. A server that is down is tried again in the background after as many seconds as the fourth says; without it, or with 0, after 50 ms to 2 s.',
  parse: parseTimeouts,
});

const MAX_RETRY_S = 24 * 60 * 60;

function parseTimeouts(args: readonly string[], site: DirectiveSite): MemcacheTimeouts {
  if (args.length < 3 || args.length > 4) throw badCount();
  const [connectMs, readMs, writeMs] = (['connect', 'read', 'write'] as const).map((what, index) =>
    millisecondsAt(args, index, `${what} timeout value`, site),
  ) as [number, number, number];
  const [, , , retryWord = '0'] = args;
  if (!/^[+-]?\d{1,20}$/u.test(retryWord))
    throw badValue(`badly formatted retry timeout value: ${retryWord}`, 3, 'write a number of seconds');
  const retryS = Math.min(Number(retryWord), MAX_RETRY_S);
  return { connectMs, readMs, writeMs, ...(retryS > 0 ? { retryMs: retryS * 1000 } : {}) };
}

const MAX_CONNECT_FAILURES = 1_000_000;

export const memcacheConnectFailures: DirectiveRow<number> = defineDirective({
  name: 'MemcacheConnectFailures',
  module,
  syntax: 'MemcacheConnectFailures count',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'After how many failures in a row a server counts as down; not set, after the first. It keeps its place, and is tried again in the background.',
  parse: (args, site) => {
    if (args.length === 0) throw badCount('missing parameters');
    const [word = ''] = args;
    if (!/^[+-]?\d{1,20}$/u.test(word))
      throw badValue(`bad connect failures parameter: ${word}`, 0, 'write a number');
    if (Number(word) >= 1) return Math.min(Number(word), MAX_CONNECT_FAILURES);
    site.warn(`has no effect: ${word} is less than 1`);
    return 1;
  },
});

export const memcacheRows = [
  memcacheEngine,
  memcacheLog,
  memcacheServers,
  memcacheReplicas,
  memcacheOptions,
  memcacheTimeouts,
  memcacheConnectFailures,
];

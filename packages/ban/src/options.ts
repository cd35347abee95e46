import type { Cache, PoolSecret } from '@ftpd/cache';
import { hostname } from 'node:os';
import type { BanEvent, OutagePolicy, ReportDetail } from './ban.ts';
import { BanError } from './errors.ts';
import type { JournalFile } from './journal/journal-file.ts';
import type { ProftpdOptions } from './proftpd/exchange.ts';
import type { BanRule } from './rule/rule.ts';
import type { Subject } from './subject/subject.ts';

export interface BansOptions {
  /** Where counts and bans are shared. Stays the caller's. Default: memory of this process. */
  readonly cache?: Cache;
  /** Default: none, and only `ban` bans. */
  readonly rules?: readonly BanRule[];
  /** What happens while the cache can't be asked. Default `local`. */
  readonly outage?: OutagePolicy;
  /** Subjects that are never banned. Default: none. */
  readonly allow?: readonly Subject[];
  /** Hosts of IPv6 are counted and banned by networks of so many bits, 16 to 128. Default 128: by address. */
  readonly ipv6PrefixBits?: number;
  /** Whether events are counted for the whole pool, or by each node for itself. Default true. */
  readonly isCountingPoolWide?: boolean;
  /** A file that keeps the bans of this node over restarts. Default: none. */
  readonly journalPath?: string;
  /** The same for a program that may not open the file itself. Default: none. */
  readonly journal?: JournalFile;
  /** Shares bans with ProFTPD's mod_ban in the same cache. Default: not. */
  readonly proftpd?: ProftpdOptions;
  /** Seals the index of bans, so that nobody else who can write to the cache can ban or permit. Default: not sealed. */
  readonly secret?: PoolSecret;
  /** This node's name in bans, 1 to 200 characters. Default: the host's name. */
  readonly node?: string;
  /** Audit: told of each change, dry run and outage. Errors in it are thrown to the program. */
  readonly onEvent?: (event: BanEvent) => void;
  /** The reason of a rule's ban, at the most 500 characters. Default: event, points, limit and window. */
  readonly reasonOf?: (fired: FiredRule) => string;
  /** How long a check waits for the cache at the most, in ms, 50 to 60,000; then `outage` says. Default 2000. */
  readonly deadlineMs?: number;
  /** How often the pool is asked for changes, in ms, 50 to 1000. Default 500. */
  readonly pollMs?: number;
  /**
   * How often the records of ProFTPD are mended, and those of watched subjects read, in ms, 50 to 5000. Default 4000. Of
   * more than 20,000 bans each takes its turn.
   */
  readonly mendMs?: number;
  /** ms since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

export interface FiredRule {
  readonly rule: string;
  readonly event: string;
  readonly count: number;
  readonly limit: number;
  readonly windowMs: number;
  readonly atMs: number;
  readonly detail: ReportDetail;
}

const policies: readonly OutagePolicy[] = ['open', 'closed', 'local'];

export type CheckedOptions = ReturnType<typeof checkOptions>;

/** @throws {BanError} BAN_BAD_OPTION */
export function checkOptions({
  outage = 'local',
  ipv6PrefixBits = 128,
  isCountingPoolWide = true,
  node = hostname(),
  onEvent = () => {},
  reasonOf = defaultReason,
  deadlineMs = 2000,
  pollMs = 500,
  mendMs = 4000,
  now = Date.now,
}: BansOptions): {
  outage: OutagePolicy;
  ipv6PrefixBits: number;
  isCountingPoolWide: boolean;
  node: string;
  onEvent: (event: BanEvent) => void;
  reasonOf: (fired: FiredRule) => string;
  deadlineMs: number;
  pollMs: number;
  mendMs: number;
  now: () => number;
} {
  const bad = (message: string): BanError => new BanError('BAN_BAD_OPTION', message);
  if (!policies.includes(outage)) throw bad('outage is open, closed or local');
  if (!(Number.isInteger(ipv6PrefixBits) && ipv6PrefixBits >= 16 && ipv6PrefixBits <= 128))
    throw bad('ipv6PrefixBits is from 16 to 128');
  if (node.length === 0 || node.length > 200) throw bad('node is a name of 1 to 200 characters');
  if (!(deadlineMs >= 50 && deadlineMs <= 60_000)) throw bad('deadlineMs is from 50 to 60000');
  if (!(pollMs >= 50 && pollMs <= 1000)) throw bad('pollMs is from 50 to 1000');
  if (!(mendMs >= 50 && mendMs <= 5000)) throw bad('mendMs is from 50 to 5000');
  const tell = (event: BanEvent): void => {
    callListener(() => {
      onEvent(event);
    });
  };
  return {
    outage,
    ipv6PrefixBits,
    isCountingPoolWide,
    node,
    onEvent: tell,
    reasonOf,
    deadlineMs,
    pollMs,
    mendMs,
    now,
  };
}

function defaultReason({ event, count, limit, windowMs }: FiredRule): string {
  return `${event}: ${count} of ${limit} in ${Math.round(windowMs / 1000)} s`;
}

/** A listener's error is its program's: it must not look like an outage of the cache. */
export function callListener(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

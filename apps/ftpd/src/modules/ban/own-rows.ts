import {
  badCount,
  badValue,
  boolean,
  defineDirective,
  durationMs,
  exactlyOne,
  integer,
  oneOf,
  parseAt,
  type Context,
  type DefaultedRow,
  type DirectiveRow,
} from '@ftpd/config';
import { canonicalSubject, type OutagePolicy, type Subject } from '@ftpd/ban';

const module = 'mod_ftpd.c';
const contexts: readonly Context[] = ['server config'];

export const banCountPoolWide: DefaultedRow<boolean> = defineDirective({
  name: 'BanCountPoolWide',
  module,
  syntax: 'BanCountPoolWide on|off',
  contexts,
  repeats: 'last-wins',
  defaultValue: true,
  doc: 'Whether what happens on all nodes that share a BanCache is counted together. ProFTPD counts on each node alone.',
  parse: exactlyOne(boolean),
});

export const banOutagePolicy: DefaultedRow<OutagePolicy> = defineDirective({
  name: 'BanOutagePolicy',
  module,
  syntax: 'BanOutagePolicy local|open|closed',
  contexts,
  repeats: 'last-wins',
  defaultValue: 'local',
  doc: 'While the BanCache does not answer: local counts and bans on this node, open counts nothing, closed refuses all clients but those of BanAllow. Bans that are known hold.',
  parse: exactlyOne(oneOf('local', 'open', 'closed')),
});

const types = ['host', 'user', 'class', 'user@host'] as const;

export const banAllow: DirectiveRow<readonly Subject[]> = defineDirective({
  name: 'BanAllow',
  module,
  syntax: 'BanAllow host|user|class|user@host name ...',
  contexts,
  repeats: 'all',
  doc: 'Who is never banned, by no rule and no operator: addresses, networks such as 192.0.2.0/24, users, classes.',
  parse: ([kind = '', ...names]) => {
    if (names.length === 0) throw badCount('missing parameters');
    const type = oneOf(...types)(kind);
    return names.map((name, index) => {
      try {
        const { name: canonical } = canonicalSubject({ type, name });
        return { type, name: canonical };
      } catch (error) {
        throw badValue(`'${name}' is no ${type}: ${(error as Error).message}`, index + 1);
      }
    });
  },
});

export const banIpv6Prefix: DefaultedRow<number> = defineDirective({
  name: 'BanIPv6Prefix',
  module,
  syntax: 'BanIPv6Prefix bits',
  contexts,
  repeats: 'last-wins',
  defaultValue: 128,
  doc: 'IPv6 clients are counted and banned by networks of so many bits: 64 is what one customer has. Such bans are no concern of ProFTPD.',
  parse: exactlyOne(integer(16, 128)),
});

/** Longer bans for those who come back. */
export interface BanEscalationValue {
  readonly factor: number;
  readonly maxMs: number;
  /** Absent: 30 days. */
  readonly memoryMs?: number;
}

export const banEscalation: DirectiveRow<BanEscalationValue> = defineDirective({
  name: 'BanEscalation',
  module,
  syntax: 'BanEscalation factor longest [memory]',
  contexts,
  repeats: 'last-wins',
  doc: 'Each further ban of a rule is so many times as long as the one before, up to the longest. Earlier bans are remembered for 720 hours, or as long as memory says.',
  parse: (args) => {
    if (args.length < 2) throw badCount('missing parameters');
    if (args.length > 3) throw badCount();
    const factor = /^\d{1,3}(\.\d{1,3})?$/u.test(args[0] ?? '') ? Number(args[0]) : 0;
    if (!(factor > 1)) throw badValue(`'${args[0]}' is no factor above 1`, 0, "write a number such as '2'");
    const [longest, memory] = [1, 2].map((index) =>
      index < args.length ? parseAt(someTimeMs, args, index) : undefined,
    );
    return { factor, maxMs: longest ?? 0, ...(memory === undefined ? {} : { memoryMs: memory }) };
  },
});

/** A user who does not exist, and whom only attackers try. */
export interface BanBaitValue {
  readonly banMs: number;
  readonly users: readonly string[];
}

export const banBaitUsers: DirectiveRow<BanBaitValue> = defineDirective({
  name: 'BanBaitUsers',
  module,
  syntax: 'BanBaitUsers duration user ...',
  contexts,
  repeats: 'all',
  doc: 'A failed login as one of these users bans the client’s address at once, for so long.',
  parse: (args) => {
    if (args.length < 2) throw badCount('missing parameters');
    return { banMs: parseAt(someTimeMs, args, 0), users: args.slice(1) };
  },
});

export const banDryRun: DefaultedRow<boolean> = defineDirective({
  name: 'BanDryRun',
  module,
  syntax: 'BanDryRun on|off',
  contexts,
  repeats: 'last-wins',
  defaultValue: false,
  doc: 'Rules count and say in BanLog whom they would ban, but ban nobody. Bans that are known hold.',
  parse: exactlyOne(boolean),
});

const longestMs = 10 * 365 * 24 * 60 * 60 * 1000;

function someTimeMs(word: string): number {
  const ms = durationMs(word);
  if (ms < 1000 || ms > longestMs) throw badValue(`'${word}' is not from 1 second to ten years`);
  return ms;
}

export const ownBanRows = [
  banCountPoolWide,
  banOutagePolicy,
  banAllow,
  banIpv6Prefix,
  banEscalation,
  banBaitUsers,
  banDryRun,
];

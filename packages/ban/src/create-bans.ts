import { createMemoryCache } from '@ftpd/cache';
import {
  banOfRecord,
  type Ban,
  type BanResult,
  type CheckResult,
  type PermitResult,
  type ReportDetail,
  type ReportResult,
} from './ban.ts';
import { BanError } from './errors.ts';
import { createLedger } from './ledger.ts';
import { checkOptions, type BansOptions } from './options.ts';
import { inTime } from './in-time.ts';
import { listenForNews } from './pool/news.ts';
import { endOf, isInForce, liftedRecord, type BanRecord } from './record/ban-record.ts';
import { maxNameLength, maxTextLength } from './record/record-text.ts';
import { createReporter } from './report.ts';
import { checkRules } from './rule/rule.ts';
import { canonicalSubject, groupedSubject, type CanonicalSubject, type Subject } from './subject/subject.ts';
import { createStandings, type Standing } from './standing.ts';

export interface BanRequest {
  /** Milliseconds from now, at least 1000. Absent: for ever. */
  readonly durationMs?: number;
  /** Default: empty. Longer than 500 characters is cut. */
  readonly reason?: string;
  readonly message?: string;
  /** Who bans. Default `operator`. */
  readonly by?: string;
}

export interface PermitRequest {
  readonly reason?: string;
  /** Who permits. Default `operator`. */
  readonly by?: string;
}

/** The bans of a pool, as one node sees and makes them. Outages of the cache are results, never throws. */
export interface Bans {
  /**
   * Counts an event by the rules for it, and bans the subject if one of them has reached its limit. One parallel round of
   * the cache; none if no rule knows the event, or the subject is banned already.
   */
  report(event: string, subject: Subject, detail?: ReportDetail): Promise<ReportResult>;
  /** Whether any of the subjects is banned: give all that is known of a client. Subjects that are no valid ones are free. */
  check(subjects: readonly Subject[]): Promise<CheckResult>;
  /** As `check`, at once. Undefined: the cache would have to be asked. */
  peek(subjects: readonly Subject[]): CheckResult | undefined;
  /** @throws {BanError} BAN_BAD_SUBJECT, BAN_BAD_OPTION */
  ban(subject: Subject, request?: BanRequest): Promise<BanResult>;
  /** Lifts a ban on all nodes. @throws {BanError} BAN_BAD_SUBJECT */
  permit(subject: Subject, request?: PermitRequest): Promise<PermitResult>;
  /** All bans of the pool that hold now, those of ProFTPD once they were met; in an outage, what this node knows. */
  list(): Promise<readonly Ban[]>;
  /**
   * Calls once when one of the subjects is banned, also by another node or by ProFTPD: for sessions that are open. A ban
   * that holds already is told in a later turn.
   * @returns ends the watch.
   */
  watch(subjects: readonly Subject[], onBanned: (ban: Ban) => void): () => void;
  /** Reads what is new in the pool now. @returns whether the cache answered. */
  refresh(): Promise<boolean>;
  /** Ends timers, and writes the journal. The cache stays open. */
  close(): Promise<void>;
}

const free = {
  known: { outcome: 'free', basis: 'known' },
  allowed: { outcome: 'free', basis: 'allowed' },
  outage: { outcome: 'free', basis: 'outage' },
} as const;
const longestMs = 100 * 365 * 24 * 60 * 60 * 1000;

/**
 * Opens the bans of a pool.
 * @throws {BanError} BAN_BAD_OPTION, BAN_BAD_RULE, BAN_BAD_SUBJECT (in the allow list), BAN_JOURNAL
 */
export function createBans(options: BansOptions = {}): Bans {
  const checked = checkOptions(options);
  const { outage, ipv6PrefixBits, node, deadlineMs, pollMs, mendMs, now } = checked;
  const rules = checkRules(options.rules ?? []);
  const whole = options.cache ?? createMemoryCache({ name: 'bans' });
  const ledger = createLedger(whole, options, checked);
  const { replica, state, exchange, watchers, allows } = ledger;
  const standings = createStandings(replica, allows);
  const report = createReporter(ledger, standings, rules, checked);
  const read = (subjects: readonly Subject[]): Standing[] => {
    const valid: Standing[] = [];
    for (const subject of subjects) {
      const standing = standings.of(subject);
      if (standing !== undefined) valid.push(standing);
    }
    return valid;
  };

  const unknown = outage === 'closed' ? ({ outcome: 'refused' } as const) : free.outage;

  /** @param isAsked - The cache was asked just now. */
  const answer = (clients: readonly Standing[], isAsked: boolean): CheckResult | undefined => {
    const nowMs = now();
    let isAllowed = clients.length > 0;
    for (const client of clients) {
      const banned = standings.bannedAt(client, nowMs);
      if (banned !== undefined) return banned;
      isAllowed &&= client.areAllAllowed;
    }
    if (isAllowed) return free.allowed;
    if (state.isSilent(nowMs)) return unknown;
    if (exchange !== undefined && !isAsked) {
      const subjects = subjectsOf(clients);
      if (exchange.peek(subjects) === undefined) return undefined;
      const ban = ledger.find(subjects);
      if (ban !== undefined) return { outcome: 'banned', ban };
    }
    if (state.isAway(nowMs)) return unknown;
    return isAsked || state.isFresh(nowMs) ? free.known : undefined;
  };

  const ask = async (clients: readonly Standing[]): Promise<CheckResult> => {
    const asked = Promise.all([
      state.isFresh(now()) ? true : ledger.freshen(),
      ledger.readProftpd(subjectsOf(clients), false),
    ]);
    const answers = await inTime(asked, deadlineMs);
    return answer(clients, answers?.every(Boolean) ?? false) ?? unknown;
  };

  const change = async (
    subject: CanonicalSubject,
    make: (known: BanRecord | undefined) => BanRecord | undefined,
  ): Promise<boolean> => (await ledger.change(subject.id, make)).isLocal;

  const onTime = (everyMs: number, act: () => Promise<unknown>): NodeJS.Timeout => {
    let isRunning = false;
    const timer = setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      void act().finally(() => {
        isRunning = false;
      });
    }, everyMs);
    return timer.unref();
  };
  const timers = [onTime(pollMs, () => ledger.refresh()), onTime(mendMs, () => ledger.mend())];
  const started = ledger.refresh();
  const stopListening = listenForNews(whole, {
    onNews: () => void ledger.refresh(),
    // Another server may have taken over, without what was written last.
    onGap: () => void ledger.restart(),
  });

  return {
    report(event, subject, detail = {}) {
      try {
        return report(event, standings.of(subject), detail);
      } catch (error) {
        return Promise.reject(error as Error);
      }
    },
    check(subjects) {
      try {
        const clients = read(subjects);
        const known = answer(clients, false);
        return known === undefined ? ask(clients) : Promise.resolve(known);
      } catch (error) {
        return Promise.reject(error as Error);
      }
    },
    peek: (subjects) => answer(read(subjects), false),
    async ban(subject, { durationMs, reason = '', message, by = 'operator' } = {}) {
      const banned = groupedSubject(canonicalSubject(subject), ipv6PrefixBits);
      if (
        durationMs !== undefined &&
        !(Number.isSafeInteger(durationMs) && durationMs >= 1000 && durationMs <= longestMs)
      )
        throw new BanError('BAN_BAD_OPTION', 'durationMs is from 1000 to a hundred years');
      if (allows(banned)) return { outcome: 'allowed' };
      const madeMs = now();
      const endMs = durationMs === undefined ? undefined : Math.ceil((madeMs + durationMs) / 1000) * 1000;
      let isKept = false;
      const isLocal = await change(banned, (known) => {
        isKept = known !== undefined && isInForce(known, madeMs) && endOf(known) >= (endMs ?? Infinity);
        if (isKept) return undefined;
        return {
          id: banned.id,
          generation: known?.generation ?? 0,
          isLifted: false,
          madeMs,
          guardMs: 0,
          reason: reason.slice(0, maxTextLength),
          by: by.slice(0, maxNameLength),
          where: node,
          ...(endMs === undefined ? {} : { endMs }),
          ...(message === undefined ? {} : { message: message.slice(0, maxTextLength) }),
        };
      });
      const ban = banOfRecord(replica.get(banned.id) as BanRecord);
      return { outcome: isKept ? 'kept' : 'banned', ban, isLocal };
    },
    async permit(subject, { reason = '', by = 'operator' } = {}) {
      const own = canonicalSubject(subject);
      const grouped = groupedSubject(own, ipv6PrefixBits);
      if (!state.isSilent(now())) await ledger.readProftpd([own], true);
      let lifted: Ban | undefined;
      let isLocal = false;
      for (const each of own.id === grouped.id ? [own] : [own, grouped]) {
        const isOnlyHere = await change(each, (known) => {
          const madeMs = now();
          if (known === undefined || !isInForce(known, madeMs)) return undefined;
          lifted = banOfRecord(known);
          const permit = {
            madeMs,
            reason: reason.slice(0, maxTextLength),
            by: by.slice(0, maxNameLength),
            where: node,
          };
          return liftedRecord(known, permit);
        });
        isLocal ||= isOnlyHere;
      }
      return lifted === undefined
        ? { outcome: 'not-banned', isLocal }
        : { outcome: 'permitted', lifted, isLocal };
    },
    async list() {
      if (!state.isFresh(now())) await ledger.refresh();
      const nowMs = now();
      return [...replica.values()].filter((record) => isInForce(record, nowMs)).map(banOfRecord);
    },
    watch(subjects, onBanned) {
      const watched = subjectsOf(read(subjects));
      const end = watchers.add(watched, onBanned);
      const known = ledger.find(watched);
      if (known === undefined) return end;
      let isOver = false;
      queueMicrotask(() => {
        if (isOver) return;
        end();
        onBanned(known);
      });
      return () => {
        isOver = true;
        end();
      };
    },
    refresh: () => ledger.refresh(),
    async close() {
      for (const timer of timers) clearInterval(timer);
      await stopListening();
      await started;
      await ledger.journal?.close();
      if (options.cache === undefined) await whole.close();
    },
  };
}

function subjectsOf(standings: readonly Standing[]): readonly CanonicalSubject[] {
  return standings.flatMap(({ subjects }) => subjects);
}

import { createMemoryCache, type Cache } from '@ftpd/cache';
import { banOfRecord, type ReportDetail, type ReportResult, type RuleCount } from './ban.ts';
import type { Ledger } from './ledger.ts';
import type { CheckedOptions } from './options.ts';
import { endOf, type BanRecord } from './record/ban-record.ts';
import { maxTextLength } from './record/record-text.ts';
import { countEvent, countReturn } from './rule/counting.ts';
import { banLengthMs, type CheckedRule } from './rule/rule.ts';
import type { Standing, Standings } from './standing.ts';
import { groupedSubject, toldSubject, type CanonicalSubject } from './subject/subject.ts';

interface Count extends RuleCount {
  readonly checked: CheckedRule;
  readonly points: number;
}

export type Reporter = (
  event: string,
  client: Standing | undefined,
  detail: ReportDetail,
) => Promise<ReportResult>;

/** Counts events by rules, and bans. */
export function createReporter(
  ledger: Ledger,
  standings: Standings,
  rules: readonly CheckedRule[],
  { outage, ipv6PrefixBits, isCountingPoolWide, node, onEvent, reasonOf, now }: CheckedOptions,
): Reporter {
  const byEvent = new Map<string, CheckedRule[]>();
  for (const rule of rules)
    for (const [event, points] of rule.weights)
      if (points > 0) byEvent.set(event, [...(byEvent.get(event) ?? []), rule]);
  let ownCounts: Cache | undefined;
  const countsHere = (): Cache =>
    (ownCounts ??= createMemoryCache({ name: 'ban-counts', maxBytes: 8 * 1024 * 1024 }));

  const countIn = (
    cache: Cache,
    counting: readonly CheckedRule[],
    event: string,
    { id }: CanonicalSubject,
    { user }: ReportDetail,
  ): Promise<readonly Count[]> => {
    const generation = ledger.replica.get(id)?.generation ?? 0;
    const nowMs = now();
    return Promise.all(
      counting.map((rule) => {
        const points = rule.weights.get(event) ?? 1;
        if (user !== undefined && rule.baits.has(user))
          return Promise.resolve(countOf(rule, points, rule.limit));
        return countEvent(cache, rule, { id, generation }, points, nowMs).then((count) =>
          countOf(rule, points, count),
        );
      }),
    );
  };

  /** @returns undefined in an outage in which nothing is counted. */
  const count = async (
    counting: readonly CheckedRule[],
    event: string,
    subject: CanonicalSubject,
    detail: ReportDetail,
  ): Promise<{ counts: readonly Count[]; isLocal: boolean } | undefined> => {
    if (isCountingPoolWide && !ledger.state.isSilent(now()))
      try {
        return { counts: await countIn(ledger.cache, counting, event, subject, detail), isLocal: false };
      } catch (error) {
        ledger.state.doubted(error);
      }
    if (isCountingPoolWide && outage !== 'local') return undefined;
    return { counts: await countIn(countsHere(), counting, event, subject, detail), isLocal: true };
  };

  const earlierBans = async (counted: Count, id: string): Promise<number> => {
    const { checked, count: points } = counted;
    if (checked.escalation === undefined) return 0;
    const known = ledger.replica.get(id);
    // Of several reports at once only one is a return.
    const isReturn =
      points - counted.points < checked.limit || (known !== undefined && endOf(known) <= now());
    if (!isReturn) return 0;
    try {
      return await countReturn(ledger.state.isSilent(now()) ? countsHere() : ledger.cache, checked, id);
    } catch (error) {
      ledger.state.doubted(error);
      return 0;
    }
  };

  const recordOf = async (
    event: string,
    subject: CanonicalSubject,
    fired: Count,
    detail: ReportDetail,
  ): Promise<Omit<BanRecord, 'generation'>> => {
    const { name: rule, limit, windowMs, message } = fired.checked;
    const atMs = now();
    const lengthMs = banLengthMs(fired.checked, await earlierBans(fired, subject.id));
    const reason = reasonOf({ rule, event, count: fired.count, limit, windowMs, atMs, detail });
    return {
      id: subject.id,
      isLifted: false,
      madeMs: atMs,
      guardMs: 0,
      reason: reason.slice(0, maxTextLength),
      by: 'rule',
      where: node,
      rule,
      // ProFTPD's records know whole seconds.
      ...(lengthMs === undefined ? {} : { endMs: Math.ceil((atMs + lengthMs) / 1000) * 1000 }),
      ...(message === undefined ? {} : { message }),
    };
  };

  return async (event, client, detail) => {
    const counting = byEvent.get(event);
    if (client === undefined || counting === undefined) return { outcome: 'ignored' };
    if (client.isAllowed) return { outcome: 'allowed' };
    const known = standings.bannedAt(client, now());
    if (known !== undefined) return { outcome: 'banned', ban: known.ban, isLocal: false };
    const subject = groupedSubject(client.subject, ipv6PrefixBits);
    const counted = await count(counting, event, subject, detail);
    if (counted === undefined) return { outcome: 'outage' };
    const { counts, isLocal } = counted;
    for (const each of counts)
      if (each.wouldBan && each.count - each.points < each.limit)
        onEvent({
          type: 'would-ban',
          subject: toldSubject(subject),
          count: shown(each),
          detail,
        });
    const fired = counts.filter((each) => each.count >= each.limit && each.checked.isDryRun !== true);
    if (fired.length === 0) return { outcome: 'counted', counts: counts.map(shown), isLocal };
    const records = await Promise.all(fired.map((each) => recordOf(event, subject, each, detail)));
    const longest = records.reduce((one, other) =>
      (one.endMs ?? Infinity) >= (other.endMs ?? Infinity) ? one : other,
    );
    const change = await ledger.change(
      subject.id,
      (before) => ({ ...longest, generation: before?.generation ?? 0 }),
      detail,
    );
    const record = ledger.replica.get(subject.id) ?? { ...longest, generation: 0 };
    return { outcome: 'banned', ban: banOfRecord(record), isLocal: change.isLocal };
  };
}

function countOf(rule: CheckedRule, points: number, count: number): Count {
  const { name, limit } = rule;
  const wouldBan = rule.isDryRun === true && count >= limit;
  return { rule: name, count, limit, wouldBan, checked: rule, points };
}

function shown({ rule, count, limit, wouldBan }: Count): RuleCount {
  return { rule, count, limit, wouldBan };
}

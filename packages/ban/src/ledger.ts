import { createRecordCodec, withNamespace, type Cache } from '@ftpd/cache';
import { banOfRecord, type Ban, type BanOrigin, type ReportDetail } from './ban.ts';
import { createAllowList, type AllowList } from './allow-list.ts';
import { openJournalFile } from './journal/journal-file.ts';
import { openJournal, type Journal } from './journal/journal.ts';
import type { BansOptions, CheckedOptions } from './options.ts';
import { createPoolIndex, type PoolIndex } from './pool/pool-index.ts';
import { createPoolState, type PoolState } from './pool/pool-state.ts';
import { BanReplica } from './pool/replica.ts';
import { shardOf } from './pool/shard.ts';
import { createExchange, type ProftpdExchange } from './proftpd/exchange.ts';
import { createMendingRounds } from './proftpd/mending.ts';
import { isInForce, type BanRecord } from './record/ban-record.ts';
import type { CanonicalSubject } from './subject/subject.ts';
import { createWatchers, type Watchers } from './watchers.ts';

/** All that is known, and the ways on which it comes and goes. */
export interface Ledger {
  readonly allows: AllowList;
  readonly replica: BanReplica;
  readonly state: PoolState;
  readonly exchange: ProftpdExchange | undefined;
  readonly journal: Journal | undefined;
  readonly watchers: Watchers;
  /** The cache in our namespace. */
  readonly cache: Cache;
  /** The first ban of the subjects that holds, allow lists considered. */
  find(subjects: readonly CanonicalSubject[]): Ban | undefined;
  /** Reads what is new in the pool. @returns whether any of it could be asked. */
  refresh(): Promise<boolean>;
  /** As `refresh`, or what is under way already. */
  freshen(): Promise<boolean>;
  /**
   * Changes what is known of a subject, with what the pool knows if it can be asked.
   * @param make - Undefined: nothing is to be changed.
   * @returns whether the pool could not be asked.
   */
  change(
    id: string,
    make: (known: BanRecord | undefined) => BanRecord | undefined,
    detail?: ReportDetail,
  ): Promise<{ readonly isLocal: boolean }>;
  /** A call of the cache failed. */
  doubt(error: unknown): void;
  /** The connection to the pool was another: reads all of it again. */
  restart(): Promise<boolean>;
  /** Reads the records of ProFTPD of subjects. @returns whether the cache could be asked. */
  readProftpd(subjects: readonly CanonicalSubject[], isFresh: boolean): Promise<boolean>;
  /** Reads the records of ProFTPD of watched subjects and of bans, and mends them. */
  mend(): Promise<void>;
}

const freshMs = 1000;

/** @throws {BanError} BAN_JOURNAL, BAN_BAD_SUBJECT */
export function createLedger(whole: Cache, options: BansOptions, checked: CheckedOptions): Ledger {
  const { now, onEvent } = checked;
  const replica = new BanReplica();
  const watchers = createWatchers();
  const cache = withNamespace(whole, 'ftpd.ban.');
  const allows = createAllowList(options.allow ?? []);
  let journal: Journal | undefined;
  let polling: Promise<boolean> | undefined;
  let nextPoll: Promise<boolean> | undefined;

  const find = (subjects: readonly CanonicalSubject[]): Ban | undefined => {
    const nowMs = now();
    for (const subject of subjects) {
      const record = allows(subject) ? undefined : replica.find(subject, nowMs);
      if (record !== undefined) return banOfRecord(record);
    }
    return undefined;
  };

  /** Nothing is made for nobody: the first poll may bring a hundred thousand. */
  const isHeard = options.onEvent !== undefined;
  const learn = (
    record: BanRecord,
    origin: BanOrigin,
    about: { readonly detail?: ReportDetail | undefined; readonly serverId?: number } = {},
  ): void => {
    const before = replica.get(record.id);
    const merged = replica.merge(record);
    if (merged === undefined) return;
    if (origin !== 'journal') journal?.append(merged);
    if (before !== undefined && isSameState(before, merged)) return;
    if (merged.isLifted) {
      if (!isHeard) return;
      const { id, by, where, reason, madeMs } = merged;
      onEvent({
        type: 'permitted',
        subject: banOfRecord({ ...merged, id }).subject,
        by,
        where,
        reason,
        madeMs,
        origin,
      });
    } else if (isInForce(merged, now())) {
      if (isHeard)
        onEvent({
          type: 'banned',
          ban: banOfRecord(merged),
          origin,
          ...(about.detail === undefined ? {} : { detail: about.detail }),
          ...(about.serverId === undefined ? {} : { serverId: about.serverId }),
        });
      watchers.tell(merged.id, find);
    }
  };

  const state = createPoolState({
    freshMs,
    now,
    onOutage: (error) => {
      onEvent({ type: 'outage', error });
    },
    onRecovery: () => {
      onEvent({ type: 'recovered' });
    },
  });
  const doubt = (error: unknown): void => {
    state.doubted(error);
  };

  const index: PoolIndex = createPoolIndex({
    cache,
    replica,
    now,
    codec:
      options.secret === undefined
        ? undefined
        : createRecordCodec(options.secret, { type: 'bans', version: 1 }),
    learn: (record) => {
      learn(record, 'pool');
    },
    onFull: (shard) => {
      onEvent({ type: 'full', shard });
    },
  });

  const exchange =
    options.proftpd === undefined
      ? undefined
      : createExchange({
          ...options.proftpd,
          cache: whole,
          now,
          known: (id) => replica.get(id),
          learn: (record, serverId) => {
            learn(record, 'proftpd', { serverId });
            index.update(shardOf(record.id), () => {}).catch(doubt);
          },
        });

  const journalFile =
    options.journal ?? (options.journalPath === undefined ? undefined : openJournalFile(options.journalPath));
  if (journalFile !== undefined) {
    journal = openJournal(journalFile, {
      records: () => replica.values(),
      count: () => replica.size,
      onError: (error) => {
        onEvent({ type: 'journal-failed', error });
      },
    });
    for (const record of journal.found) learn(record, 'journal');
  }
  const sweep = (): void => {
    replica.sweep(
      now(),
      isHeard ? (record) => onEvent({ type: 'expired', ban: banOfRecord(record) }) : undefined,
    );
  };
  // What ended before is no news.
  sweep();

  const poll = async (): Promise<boolean> => {
    try {
      state.answered(await index.poll());
      return true;
    } catch (error) {
      // What is made meanwhile, here and elsewhere, is found by reading all.
      index.invalidate();
      state.failed(error);
      return false;
    }
  };

  const startPoll = async (): Promise<boolean> => {
    nextPoll = undefined;
    polling = poll().finally(() => {
      polling = undefined;
    });
    return await polling;
  };

  const readProftpd: Ledger['readProftpd'] = async (subjects, isFresh) => {
    try {
      await exchange?.read(subjects, isFresh);
      return true;
    } catch (error) {
      doubt(error);
      return false;
    }
  };

  const refresh = async (): Promise<boolean> => {
    if (polling === undefined) return await startPoll();
    // What is under way may have read too early for who asks now.
    nextPoll ??= polling.then(startPoll);
    return await nextPoll;
  };

  const rounds = createMendingRounds(() => replica.values());

  return {
    readProftpd,
    doubt,
    allows,
    replica,
    state,
    exchange,
    journal,
    watchers,
    cache,
    find,
    refresh,
    freshen: async () => await (polling ?? startPoll()),
    restart() {
      index.invalidate();
      return refresh();
    },
    async change(id, make, detail) {
      let isMade = false;
      let isChanged = false;
      const apply = (): void => {
        isMade = true;
        const record = make(replica.get(id));
        if (record === undefined) return;
        isChanged = true;
        learn(record, 'here', { detail });
      };
      if (state.isSilent(now())) {
        apply();
        index.invalidate(shardOf(id));
        return { isLocal: true };
      }
      try {
        await index.update(shardOf(id), apply);
        const record = replica.get(id);
        const serverId = record && (await exchange?.write(record));
        if (isChanged && isHeard && record !== undefined && serverId !== undefined)
          onEvent({ type: 'exported', ban: banOfRecord(record), serverId });
        return { isLocal: false };
      } catch (error) {
        if (!isMade) apply();
        doubt(error);
        return { isLocal: true };
      }
    },
    async mend() {
      sweep();
      if (exchange === undefined || state.isSilent(now())) return;
      await readProftpd(rounds.next(watchers.subjects()), true);
    },
  };
}

/** Whether only the guard differs. */
function isSameState(one: BanRecord, other: BanRecord): boolean {
  return one.generation === other.generation && one.isLifted === other.isLifted && one.endMs === other.endMs;
}

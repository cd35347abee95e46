import {
  createTier,
  isCacheError,
  withNamespace,
  type Cache,
  type CacheAnswer,
  type TierCache,
} from '@ftpd/cache';
import { isInForce, type BanRecord } from '../record/ban-record.ts';
import { maxTextLength } from '../record/record-text.ts';
import { subjectOfId, type CanonicalSubject } from '../subject/subject.ts';
import {
  proftpdKeyPrefix,
  type ProftpdBan,
  type ProftpdBanType,
  type ProftpdEncoding,
} from './proftpd-ban.ts';
import { decodeProftpdBan, encodeProftpdBan, encodeProftpdKey } from './proftpd-record.ts';

/** How bans are shared with ProFTPD's mod_ban. */
export interface ProftpdOptions {
  /** As the ProFTPD nodes have it: `tpl` for `BanCache memcache`, `json` with `UseJSON` and for Redis. */
  readonly encoding: ProftpdEncoding;
  /** What is written as the server: the address and port that clients connect to. Default `127.0.0.1`, 21. */
  readonly serverAddress?: string;
  readonly serverPort?: number;
  /** Default 1, the main server. */
  readonly serverId?: number;
  /** Takes only records of this server's address and port, as `BanCacheOptions MatchServer`. Default false. */
  readonly isMatchingServer?: boolean;
  /**
   * Writes IPv4 addresses of servers as `::ffff:192.0.2.1`, as ProFTPD does with `UseIPv6 on`: with MatchServer it
   * compares the text. Read are both. Default false.
   */
  readonly isMappingAddresses?: boolean;
}

export interface ProftpdExchange {
  /** What is known of the subjects' records without asking: undefined if something is not known. */
  peek(subjects: readonly CanonicalSubject[]): boolean | undefined;
  /**
   * Reads the records of subjects and learns what they say.
   * @param isFresh - Asks the cache, whatever the memory knows.
   * @throws {CacheError}
   */
  read(subjects: readonly CanonicalSubject[], isFresh: boolean): Promise<void>;
  /**
   * Writes what our nodes know, or removes what they lifted.
   * @returns the server's id in the record; undefined: none was written.
   * @throws {CacheError}
   */
  write(record: BanRecord): Promise<number | undefined>;
}

export interface ExchangeOptions extends ProftpdOptions {
  readonly cache: Cache;
  readonly known: (id: string) => BanRecord | undefined;
  /** Takes a ban that ProFTPD made. @param serverId - Of the server in its record, 0 for all. */
  readonly learn: (record: BanRecord, serverId: number) => void;
  readonly now: () => number;
}

const batchLength = 256;
const mappedPrefix = '::ffff:';

/** What has to be done with a record in the cache. */
type Meeting = 'leave' | 'write' | 'delete';

function isProftpdType(type: string): type is ProftpdBanType {
  return type !== 'key';
}

/** Reads and writes the records of ProFTPD's mod_ban, and mends those that it overwrote or removed. */
export function createExchange(options: ExchangeOptions): ProftpdExchange {
  const { encoding, known, learn, now } = options;
  const { serverAddress = '127.0.0.1', serverPort = 21, serverId = 1 } = options;
  const { isMatchingServer = false, isMappingAddresses = false } = options;
  const far = withNamespace(options.cache.withoutDeadServers?.() ?? options.cache, proftpdKeyPrefix);
  const near: TierCache = createTier(far, {
    positiveTtlMs: 1000,
    negativeTtlMs: 1000,
    channel: 'ftpd.ban.proftpd',
  });

  const keyOf = ({ type, name, network, scope }: CanonicalSubject): Uint8Array | undefined => {
    if (!isProftpdType(type) || network !== undefined) return undefined;
    // Without MatchServer every server that reads a record takes it for itself.
    if (scope !== undefined && !isMatchingServer) return undefined;
    const key = encodeProftpdKey(encoding, type, name);
    return key === undefined || key.length > far.capabilities.maxKeyBytes ? undefined : key;
  };

  /** Whom a record bans: with `isMatchingServer` those of its server, whose address and port are the scope. */
  const isAbout = ({ scope }: CanonicalSubject, ban: ProftpdBan): boolean =>
    scope === undefined
      ? !isMatchingServer || (ban.serverAddress === serverAddress && ban.serverPort === serverPort)
      : isMatchingServer && scope === `${ban.serverAddress}#${ban.serverPort}`;

  const serverOf = ({ scope = '' }: CanonicalSubject): Pick<ProftpdBan, 'serverAddress' | 'serverPort'> => {
    const [, address = serverAddress, port = serverPort] = /^([0-9a-f.:]+)#(\d{1,5})$/u.exec(scope) ?? [];
    const isMapped = isMappingAddresses && !address.includes(':');
    return { serverAddress: isMapped ? `${mappedPrefix}${address}` : address, serverPort: Number(port) };
  };

  /** What was read last beside a record, and left as it is: most of what mending reads. */
  const settled = new WeakMap<BanRecord, number>();

  const meetAgain = (subject: CanonicalSubject, bytes: Uint8Array | undefined): Meeting => {
    const record = known(subject.id);
    const digest = bytes === undefined ? -1 : digestOf(bytes);
    if (record !== undefined && settled.get(record) === digest && isInForce(record, now())) return 'leave';
    const todo = meet(subject, bytes);
    const after = known(subject.id);
    if (after !== undefined && bytes !== undefined && todo === 'leave') settled.set(after, digest);
    return todo;
  };

  const meet = (subject: CanonicalSubject, bytes: Uint8Array | undefined): Meeting => {
    const record = known(subject.id);
    const isOurs = record !== undefined && isInForce(record, now());
    const ban = bytes === undefined ? undefined : readBan(encoding, bytes);
    if (ban === undefined || ban.type !== subject.type || ban.name !== subject.name)
      return isOurs ? 'write' : 'leave';
    const endMs = ban.expiresS === 0 ? Infinity : ban.expiresS * 1000;
    if (endMs <= now()) return isOurs ? 'write' : 'leave';
    // A record has room for the ban of one server only: the one that ends last.
    if (!isAbout(subject, ban)) return isOurs && (record.endMs ?? Infinity) > endMs ? 'write' : 'leave';
    if (isOurs && (record.endMs ?? Infinity) > endMs) return 'write';
    if (isOurs && (record.endMs ?? Infinity) === endMs) return 'leave';
    // What was written before a permit, or before the ban that followed it, is what was permitted.
    if (record !== undefined && record.generation > 0 && ban.updatedS * 1000 <= record.madeMs)
      return isOurs ? 'write' : 'delete';
    const learnt: BanRecord = {
      id: subject.id,
      generation: record?.generation ?? 0,
      isLifted: false,
      madeMs: ban.updatedS * 1000,
      guardMs: 0,
      reason: ban.reason.slice(0, maxTextLength),
      by: 'proftpd',
      where: `${ban.serverAddress}#${ban.serverPort}`.slice(0, 200),
      ...(endMs === Infinity ? {} : { endMs }),
      ...(ban.message === '' ? {} : { message: ban.message.slice(0, maxTextLength) }),
    };
    learn(learnt, ban.serverId);
    return 'leave';
  };

  const write: ProftpdExchange['write'] = async (record) => {
    const subject = subjectOfId(record.id);
    const key = subject === undefined ? undefined : keyOf(subject);
    if (subject === undefined || key === undefined) return undefined;
    if (!isInForce(record, now())) {
      const everywhere = subject.everywhere === undefined ? undefined : known(subject.everywhere.id);
      if (everywhere === undefined || !isInForce(everywhere, now())) await near.delete(key);
      return undefined;
    }
    const writtenId = Math.max(1, serverId);
    const value = encodeProftpdBan(encoding, {
      type: subject.type as ProftpdBanType,
      name: subject.name,
      reason: record.reason,
      message: record.message ?? '',
      updatedS: Math.floor(record.madeMs / 1000),
      expiresS: record.endMs === undefined ? 0 : Math.ceil(record.endMs / 1000),
      ...serverOf(subject),
      serverId: writtenId,
    });
    if (value === undefined) return undefined;
    await near.set(
      key,
      value,
      record.endMs === undefined ? {} : { expiresAtMs: Math.ceil(record.endMs / 1000) * 1000 },
    );
    return writtenId;
  };

  /** What no driver would have written there is no record, and spoils no other. @throws {CacheError} */
  const askAlone = async (key: Uint8Array, why: unknown): Promise<Uint8Array | undefined> => {
    if (!isDamage(why)) throw why;
    try {
      return await far.get(key);
    } catch (error) {
      if (isDamage(error)) return undefined;
      throw error;
    }
  };

  return {
    write,
    peek(subjects) {
      for (const subject of subjects) {
        const key = keyOf(subject);
        if (key === undefined) continue;
        const answer = near.peek(key);
        if (answer === undefined) return undefined;
        if (answer.outcome === 'value') meet(subject, answer.value);
      }
      return true;
    },
    async read(subjects, isFresh) {
      const asked = subjects.flatMap((subject) => {
        const key = keyOf(subject);
        return key === undefined ? [] : [{ subject, key }];
      });
      for (let at = 0; at < asked.length; at += batchLength) {
        const batch = asked.slice(at, at + batchLength);
        const answers = await (isFresh ? far : near).getMany(batch.map(({ key }) => key));
        for (const [index, { subject, key }] of batch.entries()) {
          const answer = answers[index];
          if (answer === undefined) continue;
          const value = answer.outcome === 'error' ? await askAlone(key, answer.error) : valueOf(answer);
          const todo = meetAgain(subject, value);
          const record = known(subject.id);
          if (todo === 'write' && record !== undefined) await write(record);
          if (todo === 'delete') await near.delete(key);
        }
      }
    },
  };
}

function isDamage(error: unknown): boolean {
  return isCacheError(error, 'CACHE_PROTOCOL', 'CACHE_REFUSED');
}

function valueOf(answer: CacheAnswer): Uint8Array | undefined {
  return answer.outcome === 'value' ? answer.value : undefined;
}

/** FNV-1a: tells apart what ProFTPD has written from what was there. */
function digestOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function readBan(encoding: ProftpdEncoding, bytes: Uint8Array): ProftpdBan | undefined {
  try {
    const ban = decodeProftpdBan(encoding, bytes);
    const address = ban.serverAddress.startsWith(mappedPrefix)
      ? ban.serverAddress.slice(mappedPrefix.length)
      : ban.serverAddress;
    return { ...ban, serverAddress: address };
  } catch {
    // Anybody may have written anything there; ProFTPD lets such a client in, too.
    return undefined;
  }
}

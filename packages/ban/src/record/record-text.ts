import { subjectOfId } from '../subject/subject.ts';
import { latestMs, type BanRecord } from './ban-record.ts';

/** The most characters of a reason or message; longer ones are cut when a ban is made. */
export const maxTextLength = 500;
/** The most characters of the names of makers, nodes and rules. */
export const maxNameLength = 200;
const maxGeneration = 2 ** 31;

type Row = readonly [
  id: string,
  generation: number,
  isLifted: 0 | 1,
  madeMs: number,
  endMs: number | null,
  guardMs: number,
  reason: string,
  message: string | null,
  by: string,
  where: string,
  rule: string | null,
];

/** A record as a row of JSON; lone surrogates come back as they are. */
export function rowOfRecord(record: BanRecord): Row {
  const { id, generation, isLifted, madeMs, endMs, guardMs, reason, message, by, where, rule } = record;
  const end = endMs ?? null;
  return [
    id,
    generation,
    isLifted ? 1 : 0,
    madeMs,
    end,
    guardMs,
    reason,
    message ?? null,
    by,
    where,
    rule ?? null,
  ];
}

const isText = (value: unknown, length: number): value is string =>
  typeof value === 'string' && value.length <= length;
const isNumber = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;

/** @returns undefined for what is not a row of a record: it may come from anywhere. */
export function recordOfRow(row: unknown): BanRecord | undefined {
  if (!Array.isArray(row) || row.length !== 11) return undefined;
  const [id, generation, lifted, madeMs, endMs, guardMs, reason, message, by, where, rule] =
    row as readonly unknown[];
  if (!isText(id, 600) || subjectOfId(id) === undefined) return undefined;
  if (!isNumber(generation, maxGeneration) || (lifted !== 0 && lifted !== 1)) return undefined;
  if (!isNumber(madeMs, latestMs) || !isNumber(guardMs, latestMs)) return undefined;
  if (endMs !== null && !isNumber(endMs, latestMs)) return undefined;
  if (!isText(reason, maxTextLength) || !isText(by, maxNameLength) || !isText(where, maxNameLength))
    return undefined;
  if (message !== null && !isText(message, maxTextLength)) return undefined;
  if (rule !== null && !isText(rule, maxNameLength)) return undefined;
  return {
    id,
    generation,
    isLifted: lifted === 1,
    madeMs,
    guardMs,
    reason,
    by,
    where,
    ...(endMs === null ? {} : { endMs }),
    ...(message === null ? {} : { message }),
    ...(rule === null ? {} : { rule }),
  };
}

const formatMark = 'ftpd-bans-1';

/** Records as one value of a cache. */
export function encodeRecords(records: Iterable<BanRecord>): Uint8Array {
  return Buffer.from(JSON.stringify([formatMark, ...Array.from(records, rowOfRecord)]));
}

/**
 * The records in a value; what is none is left out, and a value that is not ours is empty.
 * @param accept - Which subjects may be in it.
 */
export function decodeRecords(bytes: Uint8Array, accept: (id: string) => boolean = () => true): BanRecord[] {
  let rows: unknown;
  try {
    rows = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    return [];
  }
  if (!Array.isArray(rows) || rows[0] !== formatMark) return [];
  return rows.slice(1).flatMap((row) => {
    const record = recordOfRow(row);
    return record !== undefined && accept(record.id) ? [record] : [];
  });
}

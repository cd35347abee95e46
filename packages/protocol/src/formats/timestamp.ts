/** The times that have four digits of year, in ms since the epoch: 0000-01-01 to 9999-12-31. */
const MIN_MS = -62_167_219_200_000;
const MAX_MS = 253_402_300_799_999;

/** Writes `YYYYMMDDHHMMSS` in UTC, as MDTM and the fact `modify` need it (RFC 3659 §2.3). Fractions are cut. */
export function formatTimestamp(timeMs: number): string {
  const clampedMs = Math.min(Math.max(Math.floor(timeMs), MIN_MS), MAX_MS);
  return new Date(Number.isNaN(clampedMs) ? 0 : clampedMs).toISOString().slice(0, 19).replace(/[-:T]/g, '');
}

/**
 * Reads `YYYYMMDDHHMMSS[.fraction]` in UTC (RFC 3659 §2.3) as ms since the epoch; fractions beyond ms are cut.
 * Every field must exist in the calendar; second 60 is the leap second and gives the next minute.
 * Years before 1970 are refused, as in ProFTPD.
 * @returns undefined for anything else.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,20}))?$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (year < 1970 || hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const fractionMs = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + fractionMs;
}

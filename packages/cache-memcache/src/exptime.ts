import type { Expiry } from '@ftpd/cache';

/** Above this, memcached takes an exptime for a time, not for a duration. */
const MAX_RELATIVE_S = 30 * 24 * 60 * 60;

/** 2^32 - 1 has a meaning of its own. What ends later (in 2106) is stored without an end: better late than early. */
const MAX_EXPTIME = 0xff_ff_ff_fe;
const NEVER = 0;

/**
 * memcached's clock ticks once a second, and an entry ends with the tick that reaches its time: without one second more it
 * would end up to a second early.
 */
const TICK_S = 1;

/** Whether a relative lifetime is too long for memcached to count it: the server's own time is needed then. */
export function needsServerTime(expiry: Expiry | undefined): boolean {
  return expiry !== undefined && !expiry.isAbsolute && seconds(expiry.ttlMs) > MAX_RELATIVE_S;
}

/** Whether the time given has passed: there is nothing to store. */
export function isPast(expiry: Expiry | undefined): boolean {
  return expiry !== undefined && expiry.isAbsolute && expiry.ttlMs <= 0;
}

/**
 * The exptime on the wire. An absolute time is kept as it is (rounded up to the second), a lifetime is counted by the
 * server, whatever its clock says.
 * @param serverTimeS - The server's own time, where `needsServerTime`.
 */
export function exptimeOf(expiry: Expiry | undefined, serverTimeS = 0): number {
  if (expiry === undefined) return NEVER;
  if (expiry.isAbsolute) return bounded(Math.ceil(expiry.atMs / 1000));
  const relative = seconds(expiry.ttlMs);
  return relative <= MAX_RELATIVE_S ? relative : bounded(serverTimeS + relative);
}

function seconds(ttlMs: number): number {
  return Math.ceil(ttlMs / 1000) + TICK_S;
}

function bounded(timeS: number): number {
  return timeS > MAX_EXPTIME ? NEVER : timeS;
}

import { randomBytes } from 'node:crypto';
import { TlsError } from './errors.ts';
import type { TlsSessionEvent } from './events.ts';
import type { RotationRules } from './ticket/ticket-key.ts';
import type { TlsSessionsOptions, Trust } from './tls-sessions.ts';

export interface CheckedOptions {
  readonly trust: Trust;
  readonly sessionTtlMs: number;
  readonly deadlineMs: number;
  readonly maxNearSessions: number;
  readonly pollMs: number;
  /** Undefined: no tickets. */
  readonly rotation: RotationRules | undefined;
  readonly onEvent: (event: TlsSessionEvent) => void;
  readonly now: () => number;
  readonly randomBytes: (bytes: number) => Buffer;
}

const weekMs = 7 * 24 * 3_600_000;

/** @throws {TlsError} TLS_BAD_OPTION */
export function checkOptions(options: TlsSessionsOptions): CheckedOptions {
  const { trust = { clientVerification: 'none' }, ticketKeys = {}, onEvent = () => {} } = options;
  const { sessionTtlMs = 1_800_000, deadlineMs = 500, maxNearSessions = 10_000, now = Date.now } = options;
  const { rotateMs = 3_600_000, generations = 3 } = ticketKeys === false ? {} : ticketKeys;
  const pollMs = options.pollMs ?? Math.max(20, Math.min(5000, rotateMs / 8));
  within('sessionTtlMs', sessionTtlMs, 1000, weekMs);
  within('deadlineMs', deadlineMs, 1, 10_000);
  within('maxNearSessions', maxNearSessions, 0, 1_000_000);
  within('rotateMs', rotateMs, 1000, weekMs);
  within('generations', generations, 2, 8);
  within('pollMs', pollMs, 20, 60_000);
  if (!Number.isInteger(generations)) throw bad('generations is a whole number');
  const { proftpd } = options;
  if (proftpd !== undefined && (trust.clientVerification !== 'none' || trust.scope !== undefined))
    throw bad('Sessions of verified clients, or of one virtual host, can not be shared with ProFTPD');
  if (proftpd !== undefined && !['tpl', 'json'].includes(proftpd.encoding))
    throw bad('encoding is tpl or json');
  if (proftpd !== undefined && !['memcache', 'redis'].includes(proftpd.store))
    throw bad('store is memcache or redis');
  if (proftpd?.store === 'redis' && proftpd.encoding === 'tpl')
    throw bad('ProFTPD has JSON in Redis, not TPL');
  return {
    trust,
    sessionTtlMs,
    deadlineMs,
    maxNearSessions,
    pollMs,
    rotation:
      ticketKeys === false
        ? undefined
        : { rotateMs, generations, leadMs: Math.min(rotateMs, 2 * pollMs + deadlineMs) },
    onEvent: (event) => {
      callListener(() => {
        onEvent(event);
      });
    },
    now,
    randomBytes: options.randomBytes ?? randomBytes,
  };
}

function within(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw bad(`${name} is from ${least} to ${most}`);
}

function bad(message: string): TlsError {
  return new TlsError('TLS_BAD_OPTION', message);
}

/** A listener's error is its program's: it must not look like one of a handshake. */
function callListener(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

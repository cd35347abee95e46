import { createRecordCodec } from '@ftpd/cache';
import { constants } from 'node:crypto';
import { createCacheWatch } from './cache-watch.ts';
import { checkOptions, type CheckedOptions } from './options.ts';
import { createProftpdSessions, createSealedSessions, type FarSessions } from './session/far-sessions.ts';
import { createNearSessions } from './session/near-sessions.ts';
import { createSessionStore } from './session/session-store.ts';
import { createAnnouncements, type Announcements } from './ticket/announcements.ts';
import { createPoolRing, type PoolRing } from './ticket/pool-ring.ts';
import { canAskForKeys, createContextKeys } from './ticket/ticket-contexts.ts';
import { nodeTicketKeys } from './ticket/ticket-key.ts';
import { createTicketKeys } from './ticket/ticket-keys.ts';
import { startLooking } from './ticket/looking.ts';
import { answerSessionEvents } from './session/session-events.ts';
import type { SessionContextOptions, TlsSessions, TlsSessionsOptions } from './tls-sessions.ts';
import { readTrust } from './trust/policy.ts';
import { faultOfCertificate } from './trust/verify-again.ts';

/** The longest lifetime of a ticket (RFC 8446 §4.6.1). */
const maxTicketS = 7 * 24 * 3600;

/**
 * Opens the TLS sessions of a pool.
 * @throws {TlsError} TLS_BAD_OPTION, TLS_BAD_LIST
 */
export function createTlsSessions(options: TlsSessionsOptions = {}): TlsSessions {
  return openSessions(options, canAskForKeys());
}

/** @param canAsk - Whether contexts ask for ticket keys by their names. */
export function openSessions(options: TlsSessionsOptions, canAsk: boolean): TlsSessions {
  const checked = checkOptions(options);
  const { sessionTtlMs, deadlineMs, maxNearSessions, pollMs, rotation, onEvent, now, randomBytes } = checked;
  const policy = readTrust(checked.trust);
  const watch = createCacheWatch(onEvent, now);
  const verifyAgain: TlsSessions['verifyAgain'] = (certificate) =>
    faultOfCertificate(certificate, policy, now());
  const sessions = createSessionStore({
    near: createNearSessions(maxNearSessions, now),
    far: farSessions(options, checked, policy.tag),
    watch,
    context: Buffer.from(policy.context, 'latin1'),
    clientVerification: policy.clientVerification,
    isProftpd: options.proftpd !== undefined,
    sessionTtlMs,
    verifyAgain,
    onEvent,
    now,
  });
  const announcements = createAnnouncements(rotation === undefined ? undefined : options.cache, policy.tag);
  const keys = createTicketKeys({
    pool: poolRing(options, checked, policy.tag, announcements),
    rules: rotation ?? { rotateMs: sessionTtlMs, generations: 2, leadMs: 0 },
    now,
    randomBytes,
    onAnswer: () => {
      watch.answered();
    },
    onOutage: (error) => {
      watch.failed(error);
    },
    onEvent,
  });
  const contextKeys = createContextKeys({
    keys,
    canAsk,
    sessionTtlMs,
    onTicket: (isKnown) => {
      onEvent(isKnown ? { type: 'hit', kind: 'tickets', from: 'near' } : { type: 'miss', kind: 'tickets' });
    },
  });
  const looking = startLooking(keys, announcements, pollMs);

  const contextOptions = (kind: 'ids' | 'tickets', ticketKeys?: Buffer): SessionContextOptions => ({
    sessionIdContext: policy.context,
    sessionTimeout: Math.ceil(sessionTtlMs / 1000),
    secureOptions: kind === 'ids' || rotation === undefined ? constants.SSL_OP_NO_TICKET : 0,
    ...(kind === 'ids' ? {} : { ticketKeys: ticketKeys ?? nodeTicketKeys(keys.sealing()) }),
  });

  return {
    sessionTtlMs,
    sessionIdContext: policy.context,
    contextOptions: (kind) => contextOptions(kind),
    follow: (context) => contextKeys.follow(context),
    ticketContexts: (create) =>
      contextKeys.contexts((ticketKeys) =>
        create({ ...contextOptions('tickets', ticketKeys), sessionTimeout: maxTicketS }),
      ),
    attach: (emitter, kind = 'ids') => answerSessionEvents(emitter, kind, sessions, deadlineMs),
    find: (id) => sessions.find(id),
    store: (id, session) => sessions.store(id, session),
    remove: (id) => sessions.remove(id),
    verifyAgain,
    ready: () => looking.ready,
    ticketKeyInfo: () => ({
      names: keys.opening().map(({ name }) => Uint8Array.from(name)),
      isShared: keys.isShared(),
      areRenewed: canAsk,
    }),
    refreshTicketKeys: () => keys.refresh(),
    close: () => looking.close(),
  };
}

/** Records for the whole pool, if there is a cache, and something that seals them or ProFTPD to share them with. */
function farSessions(
  { cache, secret, proftpd }: TlsSessionsOptions,
  { deadlineMs, now, onEvent }: CheckedOptions,
  tag: string,
): FarSessions | undefined {
  if (cache !== undefined && proftpd !== undefined)
    return createProftpdSessions(proftpd, { cache, deadlineMs, now });
  if (cache !== undefined && secret !== undefined)
    return createSealedSessions(secret, tag, { cache, deadlineMs, now });
  onEvent({ type: 'local', what: 'sessions', reason: cache === undefined ? 'no-cache' : 'no-secret' });
  return undefined;
}

function poolRing(
  { cache, secret }: TlsSessionsOptions,
  { deadlineMs, now, onEvent, rotation, randomBytes }: CheckedOptions,
  tag: string,
  announcements: Announcements,
): PoolRing | undefined {
  if (rotation === undefined) return undefined;
  if (cache === undefined || secret === undefined) {
    onEvent({ type: 'local', what: 'ticket-keys', reason: cache === undefined ? 'no-cache' : 'no-secret' });
    return undefined;
  }
  return createPoolRing({
    cache,
    codec: createRecordCodec(secret, { type: 'tls-ticket-keys', version: 1 }),
    key: Buffer.from(`ftpd.tls.ticket-keys.${tag}`),
    rules: rotation,
    deadlineMs,
    now,
    randomBytes,
    onWritten: () => {
      announcements.announce();
    },
    onRefused: (error) => {
      onEvent({ type: 'refused', what: 'ticket-keys', error });
    },
  });
}

export { isTlsError, TlsError, tlsErrors, type TlsErrorCode } from './errors.ts';
export type { SessionKind, TlsSessionEvent } from './events.ts';
export type {
  ProftpdSessions,
  SessionContextOptions,
  TicketContexts,
  TicketKeyInfo,
  TicketKeyOptions,
  TlsSessions,
  TlsSessionsOptions,
  Trust,
} from './tls-sessions.ts';

export { isTlsError, TlsError, tlsErrors, type TlsErrorCode } from './errors.ts';
export { createTlsSessions } from './create-tls-sessions.ts';
export { shareSessions, type SharedSessions, type ShareOptions } from './share-sessions.ts';
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
export type { OcspFetch } from './ocsp/fetch-response.ts';
export type { OcspEvent } from './ocsp/ocsp-events.ts';
export type { OcspStapler, OcspStaplerOptions } from './ocsp/options.ts';
export type { ProftpdOcspStore } from './ocsp/proftpd-record.ts';
export type { CertificateStatus } from './ocsp/response.ts';
export { createOcspStapler } from './ocsp/stapler.ts';
export { ocspFaults, type OcspFault } from './ocsp/verify.ts';
export type { ClientHello } from './upgrade/client-hello.ts';
export { createTlsEndpoint } from './upgrade/endpoint.ts';
export { endpointByKey, type EndpointsByKey } from './upgrade/endpoint-by-key.ts';
export type {
  EndpointSessions,
  TlsEndpoint,
  TlsEndpointOptions,
  TlsVersion,
  UpgradedConnection,
  UpgradeDataOptions,
  UpgradeOptions,
} from './upgrade/types.ts';
export { upgradeToTls } from './upgrade/upgrade.ts';

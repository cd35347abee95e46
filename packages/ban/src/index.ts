export type {
  Ban,
  BanEvent,
  BanOrigin,
  BanResult,
  CheckResult,
  OutagePolicy,
  PermitResult,
  ReportDetail,
  ReportResult,
  RuleCount,
} from './ban.ts';
export { createBans, type BanRequest, type Bans, type PermitRequest } from './create-bans.ts';
export { BanError, banErrors, isBanError, type BanErrorCode } from './errors.ts';
export type { JournalFile } from './journal/journal-file.ts';
export type { BansOptions, FiredRule } from './options.ts';
export type { ProftpdOptions } from './proftpd/exchange.ts';
export {
  proftpdKeyPrefix,
  type ProftpdBan,
  type ProftpdBanType,
  type ProftpdEncoding,
} from './proftpd/proftpd-ban.ts';
export { decodeProftpdBan, encodeProftpdBan, encodeProftpdKey } from './proftpd/proftpd-record.ts';
export type { BanRule, Escalation } from './rule/rule.ts';
export { createWebhook, fail2banLine, nftablesCommand, type WebhookOptions } from './sinks.ts';
export {
  canonicalSubject,
  type CanonicalSubject,
  type Subject,
  type SubjectType,
} from './subject/subject.ts';

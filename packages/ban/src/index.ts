export { BanError, banErrors, isBanError, type BanErrorCode } from './errors.ts';
export {
  proftpdKeyPrefix,
  type ProftpdBan,
  type ProftpdBanType,
  type ProftpdEncoding,
} from './proftpd/proftpd-ban.ts';
export { decodeProftpdBan, encodeProftpdBan, encodeProftpdKey } from './proftpd/proftpd-record.ts';
export { canonicalSubject, type Subject, type SubjectType } from './subject/subject.ts';

import { decodeJsonRecord, encodeJsonKey, encodeJsonRecord } from './json-record.ts';
import type { ProftpdBan, ProftpdBanType, ProftpdEncoding } from './proftpd-ban.ts';
import { decodeTplRecord, encodeTplKey, encodeTplRecord } from './tpl-record.ts';

/**
 * The key of a ban, without `mod_ban.`: that is the namespace that memcached's ring does not see.
 * @param name - As ProFTPD spells it: an address in its shortest form, names as they were given.
 * @returns undefined for a name that ProFTPD can't have there.
 */
export function encodeProftpdKey(
  encoding: ProftpdEncoding,
  type: ProftpdBanType,
  name: string,
): Uint8Array | undefined {
  return encoding === 'tpl' ? encodeTplKey(type, name) : encodeJsonKey(type, name);
}

/** The value of a ban, byte for byte as ProFTPD writes it. @returns undefined for texts that it can't have there. */
export function encodeProftpdBan(encoding: ProftpdEncoding, ban: ProftpdBan): Uint8Array | undefined {
  return encoding === 'tpl' ? encodeTplRecord(ban) : encodeJsonRecord(ban);
}

/**
 * Reads what is in a cache, which may be anything.
 * @throws {BanError} BAN_BAD_RECORD
 */
export function decodeProftpdBan(encoding: ProftpdEncoding, bytes: Uint8Array): ProftpdBan {
  return encoding === 'tpl' ? decodeTplRecord(bytes) : decodeJsonRecord(bytes);
}

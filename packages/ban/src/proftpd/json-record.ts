import { BanError } from '../errors.ts';
import { utf8OfBytes } from './name-bytes.ts';
import {
  maxI32,
  maxTextBytes,
  maxU32,
  proftpdTypes,
  recordVersion,
  swapPort,
  typeOfText,
  type ProftpdBan,
  type ProftpdBanType,
} from './proftpd-ban.ts';

const maxRecordBytes = 16_384;
/** Short forms of ProFTPD's writer; its others are \u00XX in capitals. */
const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** 0x1f is left as it is in keys, where ProFTPD has it so; no reader of JSON would take it in a value. */
function quoted(text: string, escaped: RegExp): string {
  const replaced = text.replace(
    escaped,
    (char) => escapes[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return `"${replaced}"`;
}

const quotedInKey = (text: string): string => quoted(text, /["\\\u0000-\u001e]/g);
const quotedInValue = (text: string): string => quoted(text, /["\\\u0000-\u001f]/g);

/** ProFTPD can't write a name that is not UTF-8 as JSON, and C strings have no NUL. */
function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0') && Buffer.byteLength(text) <= maxTextBytes;
}

/** Ends with the NUL that is part of ProFTPD's keys. @returns undefined for a name that can't be in a key. */
export function encodeJsonKey(type: ProftpdBanType, name: string): Uint8Array | undefined {
  if (!isText(name)) return undefined;
  return Buffer.from(`{"ban_type_id":${proftpdTypes[type].id},"ban_name":${quotedInKey(name)}}\0`);
}

/** @returns undefined for a ban that can't be in a record. */
export function encodeJsonRecord(ban: ProftpdBan): Uint8Array | undefined {
  const { type, name, reason, message, serverAddress, serverPort } = ban;
  if (![name, reason, message, serverAddress].every(isText)) return undefined;
  // A record of server 0 is refused by every reader.
  const serverId = Math.min(Math.max(ban.serverId, 1), maxI32);
  const fields = [
    `"version":${recordVersion}`,
    `"update_ts":${Math.min(ban.updatedS, maxU32)}`,
    `"ip_addr":${quotedInValue(serverAddress)}`,
    `"port":${swapPort(serverPort)}`,
    `"ban_type":${quotedInValue(proftpdTypes[type].text)}`,
    `"ban_name":${quotedInValue(name)}`,
    `"ban_reason":${quotedInValue(reason)}`,
    `"ban_message":${quotedInValue(message)}`,
    `"expires_ts":${Math.min(ban.expiresS, maxU32)}`,
    `"server_id":${serverId}`,
  ];
  return Buffer.from(`{${fields.join(',')}}\0`);
}

/**
 * Reads a record by ProFTPD's rules: all ten fields, version 2, a server id of at least 1; other fields are left alone. The
 * NUL at the end may be missing, as ProFTPD takes that, too.
 * @throws {BanError} BAN_BAD_RECORD
 */
export function decodeJsonRecord(bytes: Uint8Array): ProftpdBan {
  const fields = parseObject(bytes);
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string' || !isText(value)) throw new BanError('BAN_BAD_RECORD');
    return value;
  };
  const number = (name: string, least: number, most: number): number => {
    const value = fields[name];
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      throw new BanError('BAN_BAD_RECORD');
    return value as number;
  };
  number('version', recordVersion, recordVersion);
  const type = typeOfText(fields['ban_type']);
  const name = text('ban_name');
  if (type === undefined || name === '') throw new BanError('BAN_BAD_RECORD');
  return {
    type,
    name,
    reason: text('ban_reason'),
    message: text('ban_message'),
    updatedS: number('update_ts', 0, maxU32),
    expiresS: number('expires_ts', 0, maxU32),
    serverAddress: text('ip_addr'),
    serverPort: swapPort(number('port', 1, 0xffff)),
    serverId: number('server_id', 1, maxI32),
  };
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.length > maxRecordBytes) throw new BanError('BAN_BAD_RECORD');
  const length = bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
  const text = utf8OfBytes(bytes.subarray(0, length));
  // Most of what is none does not begin so, and exceptions are slow.
  if (text === undefined || !text.startsWith('{')) throw new BanError('BAN_BAD_RECORD');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BanError('BAN_BAD_RECORD', undefined, error);
  }
  return value as Readonly<Record<string, unknown>>;
}

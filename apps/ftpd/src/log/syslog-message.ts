import type { LogLevel } from '@ftpd/server';
import { encodeName } from '@ftpd/storage';
import { escapeControls } from './escape.ts';
import type { LoggedClient } from './system-line.ts';

/** SyslogFacility, and the number of each as RFC 5424, 6.2.1 has it. */
export const syslogFacilities = {
  auth: 10,
  authpriv: 10,
  cron: 9,
  daemon: 3,
  ftp: 11,
  kern: 0,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
  lpr: 6,
  mail: 2,
  news: 7,
  user: 1,
  uucp: 8,
} as const;

export type SyslogFacilityName = keyof typeof syslogFacilities;

const severities: Readonly<Record<LogLevel, number>> = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 };

/** What logins come to is for the eyes of administrators: the facility that no other user may read. */
const aboutLogins = /^(?:(?:USER|ANON) |SECURITY VIOLATION|Maximum login attempts )/;

/** Daemons of syslog cut what is longer, or refuse it. */
const maxBytes = 8192;

export interface SyslogMessage {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly pid: number;
  /** SyslogFacility. Absent: authpriv for logins, daemon for all else, as ProFTPD. */
  readonly facility?: SyslogFacilityName;
  /** Name of the virtual server. Absent: the configuration was not read yet. */
  readonly server?: string;
  readonly client?: LoggedClient;
  readonly text: string;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const pad = (value: number): string => String(value).padStart(2, '0');

/**
 * A message to /dev/log as syslog(3) and ProFTPD send it, in local time and without the name of the machine:
 * `<29>Nov  2 11:00:00 proftpd[42]: server (client[192.0.2.1]) - text`.
 */
export function syslogMessage({
  atMs,
  level,
  pid,
  facility,
  server,
  client,
  text,
}: SyslogMessage): Uint8Array {
  const at = new Date(atMs);
  const day = `${months[at.getMonth()]} ${String(at.getDate()).padStart(2)}`;
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  const kind = syslogFacilities[facility ?? (aboutLogins.test(text) ? 'authpriv' : 'daemon')];
  const who = client === undefined ? '' : ` (${client.name}[${client.address}])`;
  const where = server === undefined ? '' : `${server}${who} - `;
  const line = `<${kind * 8 + severities[level]}>${day} ${time} proftpd[${pid}]: ${escapeControls(where + text)}`;
  const bytes = encodeName(line);
  // Continuation bytes of a character that would be cut go with it.
  let end = Math.min(bytes.length, maxBytes - 1);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return Buffer.concat([bytes.subarray(0, end), Buffer.from('\n')]);
}

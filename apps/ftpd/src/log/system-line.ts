import { escapeControls } from './escape.ts';

/** The client of a session, by name where one is known. */
export interface LoggedClient {
  readonly name: string;
  readonly address: string;
}

export interface SystemLine {
  readonly atMs: number;
  /** Name of this machine. */
  readonly host: string;
  readonly pid: number;
  /** Name of the virtual server. Absent: the configuration was not read yet. */
  readonly server?: string;
  readonly client?: LoggedClient;
  readonly text: string;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** `2026-11-22 11:00:00,123`, in local time. */
export function systemTimestamp(atMs: number): string {
  const at = new Date(atMs);
  const day = `${pad(at.getFullYear(), 4)}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())},${pad(at.getMilliseconds(), 3)}`;
}

/**
 * One line of SystemLog as ProFTPD writes it, without its end:
 * `2026-11-22 11:00:00,123 host proftpd[42] server (client[192.0.2.1]): text`.
 */
export function systemLine({ atMs, host, pid, server, client, text }: SystemLine): string {
  const where = server === undefined ? '' : ` ${server}`;
  const who = client === undefined ? '' : ` (${client.name}[${client.address}])`;
  return `${systemTimestamp(atMs)} ${host} proftpd[${pid}]${escapeControls(where + who)}: ${escapeControls(text)}`;
}

import type { SessionView } from '@ftpd/server';
import { escapeControls } from '../log/escape.ts';
import { systemTimestamp } from '../log/system-line.ts';

/** What stands in a line beside the message (TraceOptions). */
export interface TraceFormat {
  readonly showsTime: boolean;
  readonly showsMilliseconds: boolean;
  readonly showsAddresses: boolean;
}

export const defaultTraceFormat: TraceFormat = {
  showsTime: true,
  showsMilliseconds: true,
  showsAddresses: false,
};

export interface TraceMessage {
  readonly atMs: number;
  readonly pid: number;
  readonly channel: string;
  readonly level: number;
  readonly text: string;
  readonly session?: Pick<SessionView, 'remoteAddress' | 'localAddress' | 'localPort'> | undefined;
}

/** One line of TraceLog as ProFTPD writes it: `2026-11-22 11:00:00,123 [42] <auth:6>: text`. */
export function traceLine(
  { atMs, pid, channel, level, text, session }: TraceMessage,
  format: TraceFormat,
): string {
  const time = systemTimestamp(atMs);
  const shown = !format.showsTime ? '' : `${format.showsMilliseconds ? time : time.slice(0, -4)} `;
  const addresses =
    format.showsAddresses && session !== undefined
      ? ` (client ${session.remoteAddress}, server ${session.localAddress}:${session.localPort})`
      : '';
  return `${shown}[${pid}]${addresses} <${channel}:${level}>: ${escapeControls(text)}`;
}

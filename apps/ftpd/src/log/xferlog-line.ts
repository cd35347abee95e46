/** One transfer, as xferlog(5) has it. */
export interface TransferLine {
  /** When the transfer ended. */
  readonly atMs: number;
  readonly durationMs: number;
  /** Name or address of the client. */
  readonly remoteHost: string;
  readonly bytes: number;
  /** The whole path on the disk. */
  readonly path: string;
  readonly type: 'A' | 'I';
  readonly direction: 'sent' | 'received' | 'deleted';
  readonly isAnonymous: boolean;
  /** The user, or what an anonymous user gave as password. */
  readonly user: string;
  readonly isComplete: boolean;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const directions = { sent: 'o', received: 'i', deleted: 'd' } as const;

const pad = (value: number): string => String(value).padStart(2, '0');

/** Fields are told apart by blanks: what would look like one, or like the end of the line, becomes `_`. */
function field(text: string): string {
  return text.replace(/[\s\u0000-\u0020\u007f-\u009f]/gu, '_');
}

/** One line of TransferLog without its end, in local time as ProFTPD and wu-ftpd write it. @see xferlog(5) */
export function xferlogLine(line: TransferLine): string {
  const at = new Date(line.atMs);
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  const date = `${weekdays[at.getDay()]} ${months[at.getMonth()]} ${pad(at.getDate())} ${time} ${at.getFullYear()}`;
  return [
    date,
    Math.round(line.durationMs / 1000),
    field(line.remoteHost),
    line.bytes,
    field(line.path),
    line.type === 'A' ? 'a' : 'b',
    '_',
    directions[line.direction],
    line.isAnonymous ? 'a' : 'r',
    field(line.user),
    'ftp',
    '0',
    '*',
    line.isComplete ? 'c' : 'i',
  ].join(' ');
}

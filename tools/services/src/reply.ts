/** One reply of an FTP server (RFC 959 §4.2). */
export interface ServerReply {
  readonly code: number;
  /** Text of each line, without code, separator and CRLF. Lines between the first and the last are whole. */
  readonly lines: readonly string[];
  /** All lines, joined by `\n`. */
  readonly text: string;
}

/** Thrown when a server's bytes are no reply. */
export class ReplyFormatError extends Error {
  override readonly name = 'ReplyFormatError';
}

const IAC = 0xff;
const WILL = 251;
const DONT = 254;
const LF = 10;

/** What stands at the start of the bytes: a reply, an answer of Telnet, or nothing whole yet. */
export type ParsedReply =
  | { readonly kind: 'reply'; readonly reply: ServerReply; readonly used: number }
  | { readonly kind: 'telnet'; readonly bytes: Uint8Array; readonly used: number }
  | { readonly kind: 'incomplete' };

function lineAt(bytes: Buffer, from: number): { readonly text: string; readonly next: number } | undefined {
  const end = bytes.indexOf(LF, from);
  if (end < 0) return undefined;
  const text = bytes.toString('utf8', from, end);
  if (!text.endsWith('\r')) throw new ReplyFormatError(`line without CRLF: ${JSON.stringify(text)}`);
  return { text: text.slice(0, -1), next: end + 1 };
}

/** Reads strictly: CRLF at each line, a code from 100 to 659, the same code at the end of many lines. */
export function parseReply(bytes: Buffer): ParsedReply {
  if (bytes[0] === IAC) {
    if (bytes.length < 3) return { kind: 'incomplete' };
    const command = bytes[1] as number;
    if (command < WILL || command > DONT) throw new ReplyFormatError(`Telnet command ${command}`);
    return { kind: 'telnet', bytes: bytes.subarray(0, 3), used: 3 };
  }
  const first = lineAt(bytes, 0);
  if (first === undefined) return { kind: 'incomplete' };
  const match = /^([1-6][0-5]\d)([ -])(.*)$/s.exec(first.text);
  if (match === null) throw new ReplyFormatError(`no reply: ${JSON.stringify(first.text)}`);
  const [, code = '', separator, opening = ''] = match;
  const lines = [opening];
  let { next } = first;
  let isOpen = separator === '-';
  while (isOpen) {
    const line = lineAt(bytes, next);
    if (line === undefined) return { kind: 'incomplete' };
    isOpen = !line.text.startsWith(`${code} `);
    lines.push(isOpen ? line.text : line.text.slice(4));
    ({ next } = line);
  }
  return { kind: 'reply', reply: { code: Number(code), lines, text: lines.join('\n') }, used: next };
}

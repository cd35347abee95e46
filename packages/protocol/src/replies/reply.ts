/** A reply on the control connection: one code, one or more lines without line ends. */
export interface Reply {
  /** 100 to 699 (RFC 959 §4.2, RFC 2228 §6 for 6yz). */
  readonly code: number;
  /** At least one line. Control characters are escaped when the reply is encoded. */
  readonly lines: readonly string[];
}

/** Makes a reply; without a line its text is empty. */
export function reply(code: number, ...lines: readonly string[]): Reply {
  return { code, lines: lines.length === 0 ? [''] : lines };
}

export interface EncodeReplyOptions {
  /** Whether every line starts with the code. Default false. @see ProFTPD MultilineRFC2228 */
  readonly isRfc2228Multiline?: boolean;
}

/**
 * The reply as sent, with CRLF after each line. The first of several lines is `250-text`, the middle ones are
 * ` text`, so that none of them can pass for the last one, `250 text` (RFC 959 §4.2).
 */
export function encodeReply(
  { code, lines }: Reply,
  { isRfc2228Multiline = false }: EncodeReplyOptions = {},
): string {
  const last = lines.length - 1;
  if (last === 0) return `${code} ${escapeControls(lines[0] ?? '')}\r\n`;
  return lines
    .map((line, index) => {
      const continuation = index === 0 || isRfc2228Multiline ? `${code}-` : ' ';
      return `${index === last ? `${code} ` : continuation}${escapeControls(line)}\r\n`;
    })
    .join('');
}

const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/;
const controls = new RegExp(control, 'g');

/**
 * Replaces control characters, except TAB, by `\xNN`: text from a client cannot end the line it stands in,
 * nor drive the terminal of whoever reads it.
 */
export function escapeControls(text: string): string {
  if (!control.test(text)) return text;
  return text.replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

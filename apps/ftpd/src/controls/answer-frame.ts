import type { ControlAnswer } from '@ftpd/module';
import { encodeName } from '@ftpd/storage';
import { escapeControls } from '../log/escape.ts';
import type { RequestForm } from './request-frame.ts';
import { statusNumbers } from './statuses.ts';
import { integer, withLength } from './word-bytes.ts';

/** ftpdctl of ProFTPD 1.3.8 takes no answer that has more, and prints nothing of it. */
const maxWordLines = 1024;
const maxWordLineBytes = 1023;
/** It takes no half line, either: all must fit into the socket at once, and each write into one buffer of the kernel. */
const maxWordBytes = 96 * 1024;
const maxPieceBytes = 16 * 1024;

/**
 * An answer as the client speaks, in pieces that are to be written one by one. In words it has no data, and no more than
 * such a client takes.
 */
export function answerPieces(
  answer: ControlAnswer,
  { form, wantsData }: { readonly form: RequestForm; readonly wantsData: boolean },
): readonly Uint8Array[] {
  const status = statusNumbers[answer.status];
  const lines = answer.lines.map(escapeControls);
  if (form === 'words') {
    const sent = withoutExcess(lines.map((line) => withLength(cut(encodeName(line)))));
    return joined([integer(status), integer(sent.length), ...sent]);
  }
  const data = wantsData && answer.data !== undefined ? { data: answer.data } : {};
  return [withLength(Buffer.from(JSON.stringify({ status, responses: lines, ...data })))];
}

/** The same in one piece. */
export function answerFrame(...given: Parameters<typeof answerPieces>): Uint8Array {
  return Buffer.concat(answerPieces(...given));
}

function joined(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let piece: Uint8Array[] = [];
  let byteCount = 0;
  for (const part of parts) {
    if (byteCount + part.length > maxPieceBytes) {
      pieces.push(Buffer.concat(piece));
      piece = [];
      byteCount = 0;
    }
    piece.push(part);
    byteCount += part.length;
  }
  return [...pieces, Buffer.concat(piece)];
}

function withoutExcess(lines: readonly Uint8Array[]): readonly Uint8Array[] {
  let byteCount = 0;
  const tooMany = lines.findIndex((line) => (byteCount += line.length) > maxWordBytes);
  const fitting = tooMany < 0 ? lines.length : tooMany;
  if (fitting === lines.length && fitting <= maxWordLines) return lines;
  const first = lines.slice(0, Math.min(fitting, maxWordLines - 1));
  const rest = `(${lines.length - first.length} more lines, which the ftpdctl of ftpd prints)`;
  return [...first, withLength(Buffer.from(rest))];
}

/** Not within a character. */
function cut(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= maxWordLineBytes) return bytes;
  let end = maxWordLineBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

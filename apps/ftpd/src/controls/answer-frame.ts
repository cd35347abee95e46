import type { ControlAnswer } from '@ftpd/module';
import { encodeName } from '@ftpd/storage';
import { escapeControls } from '../log/escape.ts';
import type { RequestForm } from './request-frame.ts';
import { statusNumbers } from './statuses.ts';
import { integer, withLength } from './word-bytes.ts';

/** An answer as the client speaks. In words it has no data. */
export function answerFrame(
  answer: ControlAnswer,
  { form, wantsData }: { readonly form: RequestForm; readonly wantsData: boolean },
): Uint8Array {
  const status = statusNumbers[answer.status];
  const lines = answer.lines.map(escapeControls);
  if (form === 'words') {
    return Buffer.concat([
      integer(status),
      integer(lines.length),
      ...lines.map((line) => withLength(encodeName(line))),
    ]);
  }
  const data = wantsData && answer.data !== undefined ? { data: answer.data } : {};
  return withLength(Buffer.from(JSON.stringify({ status, responses: lines, ...data })));
}

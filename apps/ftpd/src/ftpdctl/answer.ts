import type { ControlData, ControlStatus } from '@ftpd/module';
import { decodeName } from '@ftpd/storage';
import type { RequestForm } from '../controls/request-frame.ts';
import { statusNumbers } from '../controls/statuses.ts';
import { integerBytes, readInteger } from '../controls/word-bytes.ts';

/** What a daemon answered. */
export interface Answer {
  readonly form: RequestForm;
  readonly status: ControlStatus;
  readonly lines: readonly string[];
  readonly data?: ControlData;
}

export type ReadAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** `atLeast`: not before there are so many bytes can it be whole. */
  | { readonly kind: 'incomplete'; readonly atLeast: number }
  | { readonly kind: 'bad'; readonly reason: string };

/** A pool has many bans, but no answer is longer. */
export const maxAnswerBytes = 64 * 1024 * 1024;

const bad = (reason: string): ReadAnswer => ({ kind: 'bad', reason });

/** Reads the answer that has come so far. */
export function readAnswer(bytes: Uint8Array): ReadAnswer {
  const first = readInteger(bytes, 0);
  if (first === undefined) return { kind: 'incomplete', atLeast: integerBytes };
  // A status is 0 or less; no JSON text is that short or that long.
  return first === 0 || first >= 2 ** 31 ? readWords(bytes, first | 0) : readJson(bytes, first);
}

function readWords(bytes: Uint8Array, statusNumber: number): ReadAnswer {
  const count = readInteger(bytes, integerBytes);
  if (count === undefined) return { kind: 'incomplete', atLeast: 2 * integerBytes };
  if (count * integerBytes > maxAnswerBytes) return bad('it has too many lines');
  const lines: string[] = [];
  let at = 2 * integerBytes;
  for (let index = 0; index < count; index += 1) {
    const length = readInteger(bytes, at);
    at += integerBytes + (length ?? 0);
    if (at > maxAnswerBytes) return bad('it is too long');
    if (length === undefined || at > bytes.length)
      return { kind: 'incomplete', atLeast: at + (count - index - 1) * integerBytes };
    lines.push(decodeName(bytes.subarray(at - length, at)));
  }
  return { kind: 'answer', answer: { form: 'words', status: statusOfLines(statusNumber, lines), lines } };
}

function readJson(bytes: Uint8Array, length: number): ReadAnswer {
  if (length > maxAnswerBytes) return bad('it is too long');
  if (bytes.length < integerBytes + length) return { kind: 'incomplete', atLeast: integerBytes + length };
  let value: unknown;
  try {
    value = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(integerBytes, integerBytes + length)),
    );
  } catch {
    return bad('it is no JSON text');
  }
  if (typeof value !== 'object' || value === null) return bad('it is no JSON object');
  const { status, responses = [], data } = value as Readonly<Record<string, unknown>>;
  if (typeof status !== 'number') return bad('it has no status');
  if (!Array.isArray(responses) || !responses.every((line) => typeof line === 'string'))
    return bad('its lines are no texts');
  return {
    kind: 'answer',
    answer: {
      form: 'json',
      status: statusOfNumber(status),
      lines: responses as readonly string[],
      ...(data === undefined ? {} : { data: data as ControlData }),
    },
  };
}

const statuses = Object.keys(statusNumbers) as readonly ControlStatus[];

function statusOfNumber(number: number): ControlStatus {
  return statuses.find((status) => statusNumbers[status] === number) ?? 'failed';
}

/** ProFTPD up to 1.3.8 knows 0 and -1 only, and says 0 of some refusals, too: what is meant stands in the line. */
const meanings: readonly (readonly [RegExp, ControlStatus])[] = [
  [/^access denied$/u, 'access-denied'],
  [/^unsupported action requested$/u, 'unsupported'],
  [
    /^(?:missing parameters|wrong number of parameters|unsupported (?:option|parameter): )/u,
    'wrong-parameters',
  ],
  [/^unknown ban action requested: /u, 'wrong-parameters'],
  [/^(?:no such (?:control: |server )|ban: unknown host |unable to resolve )/u, 'not-found'],
  [/^'.*' control cannot be removed$/u, 'not-permitted'],
  [/^permit request unnecessary$/u, 'ignored'],
];

function statusOfLines(number: number, lines: readonly string[]): ControlStatus {
  const status = statusOfNumber(number);
  if (status !== 'ok' && status !== 'failed') return status;
  return meanings.find(([pattern]) => lines.some((line) => pattern.test(line)))?.[1] ?? status;
}

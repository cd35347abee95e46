import { decodeName } from '@ftpd/storage';
import { integerBytes, readInteger } from './word-bytes.ts';

/** How a client speaks: `words` up to ProFTPD 1.3.8, `json` from 1.3.9 on. */
export type RequestForm = 'words' | 'json';

export interface RequestFrame {
  readonly form: RequestForm;
  readonly action: string;
  readonly args: readonly string[];
  /** An addition of ours: the answer is for a program. */
  readonly wantsData: boolean;
}

export const maxRequestBytes = 64 * 1024;
export const maxRequestWords = 4096;

/** A request that was read, one of which more must come, or bytes that are none and its form as far as it is known. */
export type ReadRequest =
  | { readonly kind: 'request'; readonly request: RequestFrame }
  /** `atLeast`: not before there are so many bytes can it be whole. */
  | { readonly kind: 'incomplete'; readonly atLeast: number }
  | { readonly kind: 'bad'; readonly form: RequestForm; readonly reason: string };

/**
 * Reads the request that a connection begins with. Whatever follows it is not looked at.
 * @param bytes - All that has come.
 */
export function readRequest(bytes: Uint8Array): ReadRequest {
  const first = readInteger(bytes, 0);
  if (first === undefined) return { kind: 'incomplete', atLeast: integerBytes };
  // A request in words begins with a status, which is always 0; no JSON text is that short.
  return first === 0 ? readWords(bytes) : readJson(bytes, first);
}

function readWords(bytes: Uint8Array): ReadRequest {
  const bad = (reason: string): ReadRequest => ({ kind: 'bad', form: 'words', reason });
  const count = readInteger(bytes, integerBytes);
  if (count === undefined) return { kind: 'incomplete', atLeast: 2 * integerBytes };
  if (count === 0) return bad('it has no action');
  if (count > maxRequestWords) return bad(`it has more than ${maxRequestWords} words`);
  const words: string[] = [];
  let at = 2 * integerBytes;
  for (let index = 0; index < count; index += 1) {
    const length = readInteger(bytes, at);
    at += integerBytes + (length ?? 0);
    if (at > maxRequestBytes) return bad(`it is longer than ${maxRequestBytes} bytes`);
    // Each word that follows has a length, at least: who sends byte by byte must not have all read again for each.
    if (length === undefined || at > bytes.length)
      return { kind: 'incomplete', atLeast: at + (count - index - 1) * integerBytes };
    words.push(decodeName(bytes.subarray(at - length, at)));
  }
  const [action = '', ...args] = words;
  return checked({ form: 'words', action, args, wantsData: false });
}

function readJson(bytes: Uint8Array, length: number): ReadRequest {
  const bad = (reason: string): ReadRequest => ({ kind: 'bad', form: 'json', reason });
  if (length > maxRequestBytes - integerBytes) return bad(`it is longer than ${maxRequestBytes} bytes`);
  if (bytes.length < integerBytes + length) return { kind: 'incomplete', atLeast: integerBytes + length };
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    value = JSON.parse(text.decode(bytes.subarray(integerBytes, integerBytes + length)));
  } catch {
    return bad('it is no JSON text');
  }
  if (typeof value !== 'object' || value === null) return bad('it is no JSON object');
  const { action, args = [], data = false } = value as Readonly<Record<string, unknown>>;
  if (typeof action !== 'string') return bad("'action' is no text");
  if (!Array.isArray(args) || args.length >= maxRequestWords || !args.every((arg) => typeof arg === 'string'))
    return bad("'args' is no list of texts");
  return checked({ form: 'json', action, args: args as readonly string[], wantsData: data === true });
}

const controlCharacter = /[\u0000-\u001f\u007f]/u;

/** Empty words are passed over, as ProFTPD does. */
function checked(request: RequestFrame): ReadRequest {
  const { form, action } = request;
  const args = request.args.filter((word) => word !== '');
  if (action === '') return { kind: 'bad', form, reason: 'it has no action' };
  if ([action, ...args].some((word) => controlCharacter.test(word)))
    return { kind: 'bad', form, reason: 'a word holds a control character' };
  return { kind: 'request', request: { ...request, args } };
}

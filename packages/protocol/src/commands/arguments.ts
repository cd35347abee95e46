import { ProtocolError, type ProtocolErrorCode } from '../errors.ts';
import { reply } from '../replies/reply.ts';
import type { ArgumentSyntax } from './row.ts';

/** Refuses an argument with one reply line. */
export function refuse(code: ProtocolErrorCode, replyCode: number, text: string): never {
  throw new ProtocolError(code, reply(replyCode, text));
}

export function wrongCount(): never {
  return refuse('PROTO_PARAMETER_COUNT', 501, 'Invalid number of parameters');
}

export function notUnderstood(replyCode: number, verb: string, text: string): never {
  const line = text.trim() === '' ? verb : `${verb} ${text}`;
  return refuse('PROTO_PARAMETER_COUNT', replyCode, `'${line}' not understood`);
}

/** The words of an argument; blanks around and between them do not count. */
export function words(text: string): readonly string[] {
  return text.split(/[ \t]+/).filter((word) => word !== '');
}

/** Takes no argument; ProFTPD answers 501 when there is one. */
export const none: ArgumentSyntax<void> = {
  syntax: '',
  parse: (text) => {
    if (text.trim() !== '') wrongCount();
  },
};

/** Whatever follows is not looked at. */
export const ignored: ArgumentSyntax<void> = { syntax: '', parse: () => undefined };

/** The text exactly as sent; may be empty. */
export const anyText: ArgumentSyntax<string> = { syntax: '<sp> text', parse: (text) => text };

/** A file name, blanks at its ends included. Only blanks, or nothing, is no name. */
export const pathname: ArgumentSyntax<string> = {
  syntax: '<sp> pathname',
  parse: (text) => (text.trim() === '' ? wrongCount() : text),
};

/** As `pathname`, with the reply 500 that the transfer commands of ProFTPD give to a missing name. */
export const transferPathname: ArgumentSyntax<string> = {
  syntax: '<sp> pathname',
  parse: (text, verb) => (text.trim() === '' ? notUnderstood(500, verb, '') : text),
};

/** What `inner` reads, or undefined for nothing. */
export function optional<T>(inner: ArgumentSyntax<T>): ArgumentSyntax<T | undefined> {
  return {
    syntax: `[${inner.syntax}]`,
    parse: (text, verb) => (text.trim() === '' ? undefined : inner.parse(text, verb)),
  };
}

/** One word of a list, in any case; given back as listed. `refusal` is thrown for all others. */
export function oneOf<const W extends string>(
  allowed: readonly W[],
  refusal: (text: string, verb: string) => never,
): ArgumentSyntax<W> {
  return {
    syntax: `<sp> ${allowed.join('|')}`,
    parse: (text, verb) => {
      const sought = text.trim().toUpperCase();
      return allowed.find((word) => word === sought) ?? refusal(text, verb);
    },
  };
}

/**
 * A whole number of decimal digits, 0 to 2^53 - 1.
 * @returns undefined for anything else: signs, blanks, fractions, more than that.
 */
export function parseDecimal(text: string): number | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

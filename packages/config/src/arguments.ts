import { badCount, badValue, faultOf, type DirectiveSite } from './row.ts';
import { booleanOf, type ValueParser } from './values.ts';

/** Turns the parameters of a directive into its value, as a row's `parse` does. */
export type ArgumentsParser<T> = (args: readonly string[], site: DirectiveSite) => T;

/** One parameter. More are passed over with a warning, as ProFTPD passes over them in silence. */
export function one<T>(parser: ValueParser<T>): ArgumentsParser<T> {
  return (args, site) => {
    if (args.length === 0) throw badCount('missing parameters');
    if (args.length > 1) site.warn(`parameters after '${args[0]}' are ignored`);
    return parseAt(parser, args, 0);
  };
}

/** Exactly one parameter. */
export function exactlyOne<T>(parser: ValueParser<T>): ArgumentsParser<T> {
  return (args) => {
    if (args.length !== 1) throw badCount();
    return parseAt(parser, args, 0);
  };
}

/** No parameter; the value is true. */
export const noArguments: ArgumentsParser<true> = (args) => {
  if (args.length > 0) throw badCount();
  return true;
};

/** At least `least` parameters (1 unless given) and at most `most`, each parsed alike. */
export function many<T>(
  parser: ValueParser<T>,
  least: number = 1,
  most: number = Number.MAX_SAFE_INTEGER,
): ArgumentsParser<readonly T[]> {
  return (args) => {
    if (args.length < least) throw badCount('missing parameters');
    if (args.length > most) throw badCount();
    return args.map((_, index) => parseAt(parser, args, index));
  };
}

/** A parameter and, perhaps, a second one. */
export function oneAndMaybe<A, B>(
  first: ValueParser<A>,
  second: ValueParser<B>,
): ArgumentsParser<readonly [A, B | undefined]> {
  return (args) => {
    if (args.length === 0) throw badCount('missing parameters');
    if (args.length > 2) throw badCount();
    return [parseAt(first, args, 0), args.length > 1 ? parseAt(second, args, 1) : undefined];
  };
}

/** Two parameters. */
export function pair<A, B>(first: ValueParser<A>, second: ValueParser<B>): ArgumentsParser<readonly [A, B]> {
  return (args) => {
    if (args.length < 2) throw badCount('missing parameters');
    if (args.length > 2) throw badCount();
    return [parseAt(first, args, 0), parseAt(second, args, 1)];
  };
}

/** A limit with the message that refuses: `MaxClients 30 "Sorry, %m users"`. */
export interface LimitWithMessage {
  /** Undefined: no limit. */
  readonly limit: number | undefined;
  /** Undefined: the server's own text. */
  readonly message: string | undefined;
}

/** A limit and, perhaps, a message. */
export function limitWithMessage(parser: ValueParser<number | undefined>): ArgumentsParser<LimitWithMessage> {
  const parse = oneAndMaybe(parser, (message) => message);
  return (args, site) => {
    const [limit, message] = parse(args, site);
    return { limit, message };
  };
}

/** Words out of a fixed set, at least one, in any case: the words given, as spelled in `words`. `what` names one. */
export function keywords<const W extends string>(
  what: string,
  ...words: readonly W[]
): ArgumentsParser<ReadonlySet<W>> {
  return (args) => {
    if (args.length === 0) throw badCount('missing parameters');
    return new Set(
      args.map((arg, index) => {
        const word = words.find((candidate) => candidate.toLowerCase() === arg.toLowerCase());
        if (word === undefined)
          throw badValue(`unknown ${what} '${arg}'`, index, `known: ${words.join(', ')}`);
        return word;
      }),
    );
  };
}

/** `off`, `none`, `no` … as false, or what `parser` takes. */
export function offOr<T>(parser: ArgumentsParser<T>): ArgumentsParser<T | false> {
  return (args, site) => {
    const first = args[0] ?? '';
    const isOff = args.length === 1 && (booleanOf(first) === false || first.toLowerCase() === 'none');
    return isOff ? false : parser(args, site);
  };
}

/** `parser` applied to `args[index]`, with its fault placed at that parameter. */
export function parseAt<T>(parser: ValueParser<T>, args: readonly string[], index: number): T {
  try {
    return parser(args[index] ?? '');
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined || fault.argument !== undefined) throw error;
    throw badValue(fault.sentence, index, fault.hint);
  }
}

import { badCount, badValue, regularExpression } from '@ftpd/config';

/** A pattern of the configuration. */
export interface Pattern {
  readonly expression: RegExp;
  /** Whether the pattern had `!` in front: what does not match is meant. */
  readonly isNegated: boolean;
}

/** `pattern [NC|nocase]`, as the filter directives take it; `none` is undefined. */
export function patternArguments(args: readonly string[]): Pattern | undefined {
  const [pattern, flag] = args;
  if (pattern === undefined) throw badCount('missing parameters');
  if (args.length > 2) throw badCount();
  if (flag !== undefined && !/^\[?(nc|nocase)\]?$/i.test(flag))
    throw badValue(`unknown flag '${flag}'`, 1, "write 'nocase'");
  if (pattern.toLowerCase() === 'none') return undefined;
  const isNegated = pattern.startsWith('!');
  return {
    expression: regularExpression(isNegated ? pattern.slice(1) : pattern, flag !== undefined),
    isNegated,
  };
}

/** Whether the pattern means this text. */
export function isMeant({ expression, isNegated }: Pattern, text: string): boolean {
  return expression.test(text) !== isNegated;
}

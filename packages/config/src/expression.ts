import { regularExpression } from './regex.ts';
import { badCount, badValue } from './row.ts';

/**
 * An expression over names, as ProFTPD has it for users, groups and classes: names that may be negated with `!`, all of
 * which (`and`) or one of which (`or`) must hold; or one pattern.
 */
export type NameExpression =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly NameTerm[] }
  | { readonly kind: 'regex'; readonly pattern: RegExp };

export interface NameTerm {
  readonly name: string;
  readonly isNegated: boolean;
}

/**
 * Reads `[AND|OR|regex] a,b,!c`; words and commas both separate names.
 * @param args - The words of the expression. Throws what `badValue` makes.
 * @param usual - What holds without a keyword: `or` for users and classes, `and` for groups.
 */
export function parseNameExpression(args: readonly string[], usual: 'and' | 'or'): NameExpression {
  const keyword = (args[0] ?? '').toLowerCase();
  const isKeyword = args.length > 1 && (keyword === 'and' || keyword === 'or' || keyword === 'regex');
  const rest = isKeyword ? args.slice(1) : args;
  if (rest.length === 0) throw badCount('missing parameters');
  if (isKeyword && keyword === 'regex') {
    if (rest.length !== 1) throw badCount();
    return { kind: 'regex', pattern: regularExpression(rest[0] ?? '') };
  }
  const terms = rest
    .flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map(term);
  if (terms.length === 0) throw badValue('no names in expression');
  return { kind: isKeyword ? (keyword as 'and' | 'or') : usual, terms };
}

function term(word: string): NameTerm {
  return word.startsWith('!') ? { name: word.slice(1), isNegated: true } : { name: word, isNegated: false };
}

/**
 * Whether an expression holds for somebody with these names (one user name, one class, or the names of all groups).
 * @param names - Empty: nothing holds but negated names.
 */
export function matchesNames(expression: NameExpression, names: readonly string[]): boolean {
  if (expression.kind === 'regex') return names.some((name) => expression.pattern.test(name));
  const holds = ({ name, isNegated }: NameTerm): boolean => names.includes(name) !== isNegated;
  return expression.kind === 'and' ? expression.terms.every(holds) : expression.terms.some(holds);
}

import { parseNameExpression, type NameExpression } from './expression.ts';
import { badCount, badValue, type Context } from './row.ts';
import type { SectionNode } from './tree.ts';

/** What is known of a kind of section. */
export interface SectionRule {
  /** As documented. */
  readonly name: string;
  readonly allowedIn: readonly Context[];
  /** What its lines are in; `same`: what the section itself is in. */
  readonly context: Context | 'same';
  /** Fewest and most parameters. */
  readonly parameters: readonly [least: number, most: number];
}

const SERVERS: readonly Context[] = ['server config', '<VirtualHost>', '<Global>'];
const ANY = Number.MAX_SAFE_INTEGER;

/** Sections by name in lower case (without those that are decided while reading: IfDefine, IfModule, IfVersion). */
export const SECTION_RULES: ReadonlyMap<string, SectionRule> = new Map(
  (
    [
      { name: 'Anonymous', allowedIn: SERVERS, context: '<Anonymous>', parameters: [1, 1] },
      { name: 'Class', allowedIn: ['server config', '<Global>'], context: '<Class>', parameters: [1, 1] },
      {
        name: 'Directory',
        allowedIn: [...SERVERS, '<Anonymous>'],
        context: '<Directory>',
        parameters: [1, 1],
      },
      {
        name: 'Global',
        allowedIn: ['server config', '<VirtualHost>'],
        context: '<Global>',
        parameters: [0, 0],
      },
      { name: 'IfAuthenticated', allowedIn: SERVERS, context: 'same', parameters: [0, ANY] },
      { name: 'IfClass', allowedIn: SERVERS, context: 'same', parameters: [1, ANY] },
      { name: 'IfGroup', allowedIn: SERVERS, context: 'same', parameters: [1, ANY] },
      { name: 'IfUser', allowedIn: SERVERS, context: 'same', parameters: [1, ANY] },
      {
        name: 'Limit',
        allowedIn: [...SERVERS, '<Anonymous>', '<Directory>', '.ftpaccess'],
        context: '<Limit>',
        parameters: [1, ANY],
      },
      { name: 'VirtualHost', allowedIn: ['server config'], context: '<VirtualHost>', parameters: [1, ANY] },
    ] satisfies SectionRule[]
  ).map((rule) => [rule.name.toLowerCase(), rule]),
);

/** Names of sections, for suggestions. */
export const SECTION_NAMES: readonly string[] = [...SECTION_RULES.values()].map(({ name }) => name);

/**
 * Checks the parameters of a section. Throws what `badValue` and `badCount` make.
 * @returns whom the section is for; undefined: everybody.
 */
export function checkSectionParameters(
  rule: SectionRule,
  node: SectionNode,
  context: Context,
): NameExpression | undefined {
  const [least, most] = rule.parameters;
  if (node.args.length < least) throw badCount('missing parameters');
  if (node.args.length > most) throw badCount();
  const path = node.args[0] ?? '';
  const isAbsolute = path.startsWith('/') || path.startsWith('~');
  if (node.key === 'directory' && context !== '<Anonymous>' && !isAbsolute) {
    throw badValue('relative path not allowed in non-<Anonymous> sections', 0);
  }
  if (node.key === 'anonymous' && !isAbsolute) throw badValue(`(${path}) absolute pathname required`, 0);
  if (node.key === 'ifgroup') return parseNameExpression(node.args, 'and');
  if (node.key === 'ifuser' || node.key === 'ifclass') return parseNameExpression(node.args, 'or');
  return undefined;
}

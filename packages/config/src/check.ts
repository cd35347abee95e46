import { onLine, type ConfigProblem, type Position } from './config-error.ts';
import type { NameExpression } from './expression.ts';
import { LANGUAGE_ROWS } from './language-rows.ts';
import type { ModulesPort } from './modules.ts';
import { ProblemList } from './problem-list.ts';
import { MODULE_OF_DIRECTIVE } from './proftpd-modules.ts';
import { faultOf, type AnyRow, type Context } from './row.ts';
import { SECTION_NAMES, SECTION_RULES, checkSectionParameters } from './sections.ts';
import { nearest } from './suggestion.ts';
import { SESSION_SECTIONS, type ConfigNode, type DirectiveNode, type SectionNode } from './tree.ts';

/** One occurrence of a directive with its value. */
export interface Setting {
  readonly row: AnyRow;
  readonly value: unknown;
  readonly node: DirectiveNode;
}

/** A section whose directives have values. */
export interface CheckedSection {
  readonly node: SectionNode;
  readonly context: Context;
  /** By the row's name in lower case, in file order. */
  readonly settings: ReadonlyMap<string, readonly Setting[]>;
  readonly sections: readonly CheckedSection[];
  /** `sections` by the names of their kinds in lower case (`directory`, `limit`). */
  readonly sectionsByKind: ReadonlyMap<string, readonly CheckedSection[]>;
  /** Whom the section is for; with `<IfUser>`, `<IfGroup>`, `<IfClass>`. */
  readonly expression?: NameExpression;
}

/** A checked tree: what is right in it, and what is not. */
export interface CheckResult {
  readonly root: CheckedSection;
  readonly errors: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/** Rows by name in lower case, those of the language included. */
export function indexRows(rows: Iterable<AnyRow>): ReadonlyMap<string, AnyRow> {
  return new Map([...LANGUAGE_ROWS, ...rows].map((row) => [row.name.toLowerCase(), row]));
}

/**
 * Checks every line of a tree against the rows: names, contexts, parameters. Reports all errors.
 * @param rows - The directives that there are.
 * @param modules - Tells a directive of a module that is not available from one that nobody knows.
 * @param context - What the tree is. Default: a whole configuration.
 */
export function checkConfiguration(
  tree: SectionNode,
  rows: Iterable<AnyRow>,
  modules: ModulesPort,
  context: Context = 'server config',
): CheckResult {
  const check: Check = {
    rows: indexRows(rows),
    modules,
    errors: new ProblemList(),
    warnings: new ProblemList(),
  };
  const root = checkSection(check, tree, context, undefined);
  return { root, errors: check.errors.all, warnings: check.warnings.all };
}

interface Check {
  readonly rows: ReadonlyMap<string, AnyRow>;
  readonly modules: ModulesPort;
  readonly errors: ProblemList;
  readonly warnings: ProblemList;
}

function checkSection(
  check: Check,
  node: SectionNode,
  context: Context,
  expression: NameExpression | undefined,
): CheckedSection {
  const settings = new Map<string, Setting[]>();
  const sections: CheckedSection[] = [];
  const paths = new Map<string, Position>();
  for (const child of node.children) {
    if (child.kind === 'directive') {
      const setting = checkDirective(check, child, context);
      if (setting === undefined) continue;
      const key = setting.row.name.toLowerCase();
      const earlier = settings.get(key);
      if (earlier) earlier.push(setting);
      else settings.set(key, [setting]);
      continue;
    }
    const checked = checkChildSection(check, child, context);
    if (checked === undefined) continue;
    sections.push(checked);
    checkNestedSession(check, node, child);
    checkUnique(check, child, paths);
  }
  const sectionsByKind = Map.groupBy(sections, (section) => section.node.key);
  return { node, context, settings, sections, sectionsByKind, ...(expression && { expression }) };
}

function checkChildSection(check: Check, node: SectionNode, context: Context): CheckedSection | undefined {
  const rule = SECTION_RULES.get(node.key);
  const directive = `<${node.name}>`;
  if (rule === undefined) {
    const near = nearest(node.name, SECTION_NAMES);
    const hint = near && `did you mean '<${near}>'?`;
    check.errors.add('CONFIG_UNKNOWN_DIRECTIVE', node, `unknown configuration directive '${directive}'`, {
      directive,
      hint,
    });
    return undefined;
  }
  checkContext(check, node, `<${rule.name}>`, rule.allowedIn, context);
  let expression: NameExpression | undefined;
  try {
    expression = checkSectionParameters(rule, node, context);
  } catch (error) {
    reportFault(check, node, `<${rule.name}>`, error, undefined);
  }
  return checkSection(check, node, rule.context === 'same' ? context : rule.context, expression);
}

/** ProFTPD takes such a section and never applies it. */
function checkNestedSession(check: Check, outer: SectionNode, node: SectionNode): void {
  if (!SESSION_SECTIONS.has(outer.key) || !SESSION_SECTIONS.has(node.key)) return;
  const directive = `<${node.name}>`;
  check.warnings.add(
    'CONFIG_SETTING_IGNORED',
    node,
    `${directive}: has no effect inside of <${outer.name}>`,
    { directive },
  );
}

/** Two sections for one folder can't both be meant. */
function checkUnique(check: Check, node: SectionNode, paths: Map<string, Position>): void {
  if (node.key !== 'directory') return;
  const path = node.args[0] ?? '';
  const earlier = paths.get(path);
  if (earlier === undefined) {
    paths.set(path, node);
    return;
  }
  const directive = `<${node.name}>`;
  const sentence = `${directive}: ${directive} section already configured for '${path}'`;
  check.errors.add('CONFIG_DUPLICATE_SECTION', node, sentence, {
    directive,
    hint: `the other one is ${onLine(earlier)}`,
  });
}

function checkDirective(check: Check, node: DirectiveNode, context: Context): Setting | undefined {
  const row = check.rows.get(node.key);
  if (row === undefined) {
    reportUnknown(check, node);
    return undefined;
  }
  if (!checkContext(check, node, row.name, row.contexts, context)) return undefined;
  const { file, line, column } = node;
  const warn = (sentence: string): void => {
    check.warnings.add('CONFIG_SETTING_IGNORED', node, `${row.name}: ${sentence}`, { directive: node.name });
  };
  try {
    return {
      row,
      value: row.parse(node.args, { file, line, column, directive: row.name, context, warn }),
      node,
    };
  } catch (error) {
    reportFault(check, node, row.name, error, row.syntax);
    return undefined;
  }
}

function checkContext(
  check: Check,
  node: ConfigNode,
  name: string,
  allowed: readonly Context[],
  context: Context,
): boolean {
  if (allowed.includes(context)) return true;
  const sentence = `${name}: directive not allowed in ${context} context`;
  check.errors.add('CONFIG_WRONG_CONTEXT', node, sentence, {
    directive: name,
    hint: `it may stand in: ${allowed.join(', ')}`,
  });
  return false;
}

function reportUnknown(check: Check, node: DirectiveNode): void {
  const sentence = `unknown configuration directive '${node.name}'`;
  const directive = node.name;
  const module = MODULE_OF_DIRECTIVE.get(node.key);
  if (module === undefined) {
    const near = nearest(
      node.name,
      [...check.rows.values()].map(({ name }) => name),
    );
    check.errors.add('CONFIG_UNKNOWN_DIRECTIVE', node, sentence, {
      directive,
      hint: near && `did you mean '${near}'?`,
    });
  } else if (check.modules.status(module) === 'counterpart-missing') {
    const hint = `it belongs to ${module}, which is not available in this server; put it into <IfModule ${module}> or remove it`;
    check.errors.add('CONFIG_MISSING_MODULE', node, sentence, { directive, hint });
  } else {
    check.errors.add('CONFIG_UNSUPPORTED_DIRECTIVE', node, sentence, {
      directive,
      hint: `this server's ${module} does not have it`,
    });
  }
}

function reportFault(
  check: Check,
  node: ConfigNode,
  name: string,
  error: unknown,
  syntax: string | undefined,
): void {
  const sentenceOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
  const { fault, sentence, argument, hint } = faultOf(error) ?? {
    fault: 'value',
    sentence: sentenceOf(error),
  };
  const at = argument === undefined ? node : (node.argPositions[argument] ?? node);
  const usage = fault === 'count' && syntax !== undefined ? `syntax: ${syntax}` : undefined;
  const code = fault === 'count' ? 'CONFIG_BAD_ARGUMENTS' : 'CONFIG_BAD_VALUE';
  check.errors.add(code, at, `${name}: ${sentence}`, { directive: name, hint: hint ?? usage });
}

import { onLine, type ConfigCode, type ConfigProblem, type Position } from './config-error.ts';
import { parseNameExpression, type NameExpression } from './expression.ts';
import { LANGUAGE_ROWS } from './language-rows.ts';
import type { ModulesPort } from './modules.ts';
import { MODULE_OF_DIRECTIVE } from './proftpd-modules.ts';
import { badCount, badValue, faultOf, type AnyRow, type Context, type DirectiveSite } from './row.ts';
import { SECTION_RULES, type SectionRule } from './sections.ts';
import { nearest } from './suggestion.ts';
import { SESSION_SECTIONS, type DirectiveNode, type SectionNode } from './tree.ts';

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
  const check: Check = { rows: indexRows(rows), modules, errors: [], warnings: [] };
  const root = checkSection(check, tree, context, undefined);
  return { root, errors: check.errors, warnings: check.warnings };
}

interface Check {
  readonly rows: ReadonlyMap<string, AnyRow>;
  readonly modules: ModulesPort;
  readonly errors: ConfigProblem[];
  readonly warnings: ConfigProblem[];
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
  return { node, context, settings, sections, ...(expression && { expression }) };
}

function checkChildSection(check: Check, node: SectionNode, context: Context): CheckedSection | undefined {
  const rule = SECTION_RULES.get(node.key);
  const directive = `<${node.name}>`;
  if (rule === undefined) {
    const near = nearest(
      node.name,
      [...SECTION_RULES.values()].map(({ name }) => name),
    );
    const hint = near && `did you mean '<${near}>'?`;
    report(
      check.errors,
      'CONFIG_UNKNOWN_DIRECTIVE',
      node,
      `unknown configuration directive '${directive}'`,
      directive,
      hint,
    );
    return undefined;
  }
  if (!rule.allowedIn.includes(context)) {
    const hint = `it may stand in: ${rule.allowedIn.join(', ')}`;
    report(
      check.errors,
      'CONFIG_WRONG_CONTEXT',
      node,
      `<${rule.name}>: directive not allowed in ${inContext(context)}`,
      directive,
      hint,
    );
  }
  let expression: NameExpression | undefined;
  try {
    expression = checkParameters(rule, node, context);
  } catch (error) {
    reportFault(check, node, `<${rule.name}>`, error, undefined);
  }
  return checkSection(check, node, rule.context === 'same' ? context : rule.context, expression);
}

/** Throws what `badValue` and `badCount` make. */
function checkParameters(rule: SectionRule, node: SectionNode, context: Context): NameExpression | undefined {
  const [least, most] = rule.parameters;
  if (node.args.length < least) throw badCount('missing parameters');
  if (node.args.length > most) throw badCount();
  const path = node.args[0] ?? '';
  if (node.key === 'directory' && context !== '<Anonymous>' && !/^[/~]/u.test(path)) {
    throw badValue('relative path not allowed in non-<Anonymous> sections', 0);
  }
  if (node.key === 'anonymous' && !/^[/~]/u.test(path))
    throw badValue(`(${path}) absolute pathname required`, 0);
  if (node.key === 'ifgroup') return parseNameExpression(node.args, 'and');
  if (node.key === 'ifuser' || node.key === 'ifclass') return parseNameExpression(node.args, 'or');
  return undefined;
}

/** ProFTPD takes such a section and never applies it. */
function checkNestedSession(check: Check, outer: SectionNode, node: SectionNode): void {
  if (!SESSION_SECTIONS.has(outer.key) || !SESSION_SECTIONS.has(node.key)) return;
  const sentence = `<${node.name}>: has no effect inside of <${outer.name}>`;
  report(check.warnings, 'CONFIG_SETTING_IGNORED', node, sentence, `<${node.name}>`);
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
  report(
    check.errors,
    'CONFIG_DUPLICATE_SECTION',
    node,
    sentence,
    directive,
    `the other one is ${onLine(earlier)}`,
  );
}

function checkDirective(check: Check, node: DirectiveNode, context: Context): Setting | undefined {
  const row = check.rows.get(node.key);
  if (row === undefined) {
    reportUnknown(check, node);
    return undefined;
  }
  if (!row.contexts.includes(context)) {
    const hint = `it may stand in: ${row.contexts.join(', ')}`;
    report(
      check.errors,
      'CONFIG_WRONG_CONTEXT',
      node,
      `${row.name}: directive not allowed in ${inContext(context)}`,
      node.name,
      hint,
    );
    return undefined;
  }
  const site: DirectiveSite = {
    file: node.file,
    line: node.line,
    column: node.column,
    directive: row.name,
    context,
    warn: (sentence) =>
      report(check.warnings, 'CONFIG_SETTING_IGNORED', node, `${row.name}: ${sentence}`, node.name),
  };
  try {
    return { row, value: row.parse(node.args, site), node };
  } catch (error) {
    reportFault(check, node, row.name, error, row.syntax);
    return undefined;
  }
}

function reportUnknown(check: Check, node: DirectiveNode): void {
  const unknown = `unknown configuration directive '${node.name}'`;
  const module = MODULE_OF_DIRECTIVE.get(node.key);
  if (module !== undefined && check.modules.status(module) === 'counterpart-missing') {
    const hint = `it belongs to ${module}, which is not available in this server; put it into <IfModule ${module}> or remove it`;
    report(check.errors, 'CONFIG_MISSING_MODULE', node, unknown, node.name, hint);
  } else if (module !== undefined) {
    report(
      check.errors,
      'CONFIG_UNSUPPORTED_DIRECTIVE',
      node,
      unknown,
      node.name,
      `this server's ${module} does not have it`,
    );
  } else {
    const near = nearest(
      node.name,
      [...check.rows.values()].map(({ name }) => name),
    );
    report(
      check.errors,
      'CONFIG_UNKNOWN_DIRECTIVE',
      node,
      unknown,
      node.name,
      near && `did you mean '${near}'?`,
    );
  }
}

function reportFault(
  check: Check,
  node: DirectiveNode | SectionNode,
  name: string,
  error: unknown,
  syntax: string | undefined,
): void {
  const fault = faultOf(error) ?? {
    fault: 'value',
    sentence: error instanceof Error ? error.message : String(error),
  };
  const code = fault.fault === 'count' ? 'CONFIG_BAD_ARGUMENTS' : 'CONFIG_BAD_VALUE';
  const at = (fault.argument === undefined ? undefined : node.argPositions[fault.argument]) ?? node;
  const hint =
    fault.hint ?? (fault.fault === 'count' && syntax !== undefined ? `syntax: ${syntax}` : undefined);
  report(check.errors, code, at, `${name}: ${fault.sentence}`, name, hint);
}

function inContext(context: Context): string {
  return `${context} context`;
}

function report(
  list: ConfigProblem[],
  code: ConfigCode,
  at: Position,
  sentence: string,
  directive: string,
  hint?: string,
): void {
  const message = hint === undefined ? `${sentence} ${onLine(at)}` : `${sentence} ${onLine(at)}; ${hint}`;
  list.push({ code, message, file: at.file, line: at.line, column: at.column, directive, hint });
}

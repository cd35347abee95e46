import { CONDITION_KEYS, ConditionStack, decideCondition } from './conditions.ts';
import { includedFiles } from './include.ts';
import type { ModulesPort } from './modules.ts';
import type { LostSection } from './module-record.ts';
import { ParseState, type ParsedConfiguration } from './parse-state.ts';
import type { ConfigReader } from './reader.ts';
import { MAX_LINE_LENGTH, sourceLines, type SourceLine } from './source-lines.ts';
import { readStatement, type Statement } from './statement.ts';
import type { DirectiveNode } from './tree.ts';
import { splitWords, type Environment } from './words.ts';

/** Files from the first to the one that is read. */
export const MAX_INCLUDE_DEPTH = 64;

/** What a configuration is read from and with. */
export interface ParseOptions {
  /** Name of the file, absolute. */
  readonly file: string;
  /** Its text; absent: `reader` reads it. */
  readonly text?: string;
  /** Absent: Include is an error. */
  readonly reader?: ConfigReader;
  /** Names defined from the start (`-D NAME`). Default: none. */
  readonly defines?: Iterable<string>;
  readonly modules: ModulesPort;
  /** The version that `<IfVersion>` compares with. Default: `1.3.8`. */
  readonly version?: string;
  /** What `%{env:NAME}` reads. Default: nothing. */
  readonly environment?: Environment;
}

/**
 * Reads a configuration with all it includes. Never throws for what a file holds: problems are in the result.
 */
export async function parseConfiguration(options: ParseOptions): Promise<ParsedConfiguration> {
  const state = new ParseState(options);
  const { file, text } = options;
  try {
    const found = text ?? (await readWith(options, file));
    await readLines(found, {
      state,
      options,
      conditions: new ConditionStack('live'),
      lost: undefined,
      chain: [file],
    });
  } catch (error) {
    const sentence = `unable to read configuration file '${file}': ${reasonOf(error)}`;
    state.errors.add('CONFIG_UNREADABLE', { file, line: 1, column: 1 }, sentence, { namesLine: false });
  }
  return state.finish();
}

function readWith({ reader }: ParseOptions, file: string): Promise<string> {
  return reader === undefined ? Promise.reject(new Error('nothing to read it with')) : reader.readFile(file);
}

/** Where reading stands in one file. */
interface Reading {
  readonly state: ParseState;
  readonly options: ParseOptions;
  readonly conditions: ConditionStack;
  /** The section around the line that is looked through for protections. */
  lost: LostSection | undefined;
  /** Files from the first to this one. */
  readonly chain: readonly string[];
}

async function readLines(text: string, reading: Reading): Promise<void> {
  const { state, chain } = reading;
  const file = chain.at(-1) ?? '';
  state.files.push(file);
  // A byte order mark is not part of the first directive's name.
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  for (const line of sourceLines(body, file)) {
    if (!state.countLine(line)) return;
    const statement = statementOf(line, reading);
    if (statement !== undefined) await obey(statement, reading);
  }
  state.closeConditions(reading.conditions);
}

/** The statement on a line that is to be obeyed; conditions are followed here. Undefined: there is none. */
function statementOf(line: SourceLine, reading: Reading): Statement | undefined {
  const { state, conditions } = reading;
  const [first, ...others] = splitWords(line.text);
  if (first === undefined) return undefined;
  const at = line.at(first.offset);
  if (line.text.length > MAX_LINE_LENGTH) {
    state.errors.add('CONFIG_LINE_TOO_LONG', at, `line is longer than ${MAX_LINE_LENGTH} characters`);
    return undefined;
  }
  const head = first.isQuoted ? undefined : CONDITION_HEAD.exec(first.text);
  const key = head?.[2]?.toLowerCase() ?? '';
  if (CONDITION_KEYS.has(key)) {
    if (head?.[1] === '/') {
      conditions.close(key);
      return undefined;
    }
    // Inside of one that does not hold ProFTPD counts only those of its own kind.
    if (conditions.state === 'dead' && conditions.open.at(-1)?.key === key)
      conditions.push({ key, state: 'dead', at });
  }
  if (conditions.state === 'dead') return undefined;
  if (line.text.includes('\0')) {
    state.errors.add('CONFIG_BAD_BYTE', line.at(line.text.indexOf('\0')), 'NUL byte');
    return undefined;
  }
  const statement = readStatement([first, ...others], line, reading.options.environment ?? {});
  if (statement.kind !== 'open' || !CONDITION_KEYS.has(statement.node.key)) return statement;
  openCondition(statement.node, reading);
  return undefined;
}

const CONDITION_HEAD = /^<(\/?)(\w+)>?$/u;

function openCondition(node: DirectiveNode, reading: Reading): void {
  const { state, conditions } = reading;
  const outcome = decideCondition(node.key, node.args, state.facts);
  const outer = conditions.state;
  if ('problem' in outcome) {
    const directive = `<${node.name}>`;
    state.errors.add('CONFIG_BAD_VALUE', node, `${directive}: ${outcome.problem}`, { directive });
    // Its lines are read all the same, so that their errors are reported too.
    conditions.push({ key: node.key, state: outer, at: node });
    return;
  }
  const inner = outer === 'lost' && outcome.state === 'live' ? 'lost' : outcome.state;
  if (inner === 'lost' && outer === 'live')
    reading.lost = state.modules.startLost(outcome.missedModule ?? '');
  conditions.push({ key: node.key, state: inner, at: node });
}

async function obey(statement: Statement, reading: Reading): Promise<void> {
  const { state, conditions, lost } = reading;
  const { kind, node } = statement;
  const isLost = conditions.state === 'lost';
  if (kind !== 'directive') {
    if (isLost) return;
    if (kind === 'open') state.sections.open(node);
    else state.sections.close(node);
    return;
  }
  if (isLost) {
    lost?.settings.push(node);
    // What such a section defines or loads decides which of its own lines would have counted.
    if (node.key === 'define') state.define(node);
    if (node.key === 'loadmodule') state.modules.noteMissing(node);
  } else {
    state.sections.add(node);
    state.obey(node);
  }
  if (node.key === 'include') await include(node, reading);
}

async function include(node: DirectiveNode, reading: Reading): Promise<void> {
  const { state, options, conditions, chain } = reading;
  const path = node.args[0];
  if (path === undefined) return;
  const details = { directive: node.name };
  if (!path.startsWith('/')) {
    const sentence = `Include: unable to use path for configuration file '${path}'`;
    state.errors.add('CONFIG_BAD_VALUE', node, sentence, { ...details, hint: 'give an absolute path' });
    return;
  }
  if (options.reader === undefined) {
    state.errors.add('CONFIG_WRONG_CONTEXT', node, 'Include: directive not allowed here', details);
    return;
  }
  try {
    const { files, note } = await includedFiles(path, state.includeRules, options.reader);
    if (note !== undefined && conditions.state === 'live') {
      state.warnings.add('CONFIG_INCLUDE_MISSING', node, `unable to include '${path}': ${note}`, details);
    }
    for (const file of files) {
      if (state.isFull) return;
      const refusal = chain.includes(file)
        ? 'CONFIG_INCLUDE_LOOP'
        : chain.length >= MAX_INCLUDE_DEPTH
          ? 'CONFIG_INCLUDE_TOO_DEEP'
          : undefined;
      if (refusal !== undefined)
        state.errors.add(refusal, node, `Include: ${REFUSALS[refusal](file)}`, details);
      else
        await readLines(await options.reader.readFile(file), {
          ...reading,
          conditions: new ConditionStack(conditions.state),
          chain: [...chain, file],
        });
    }
  } catch (error) {
    state.errors.add('CONFIG_UNREADABLE', node, `unable to include '${path}': ${reasonOf(error)}`, details);
  }
}

const REFUSALS = {
  CONFIG_INCLUDE_LOOP: (file: string): string => `'${file}' includes itself`,
  CONFIG_INCLUDE_TOO_DEEP: (file: string): string => `'${file}' is nested too deeply`,
} as const;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

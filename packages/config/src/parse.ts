import { CONDITION_KEYS, ConditionStack, decideCondition, type ConditionState } from './conditions.ts';
import { onLine, type Position } from './config-error.ts';
import { includedFiles } from './include.ts';
import type { ModulesPort } from './modules.ts';
import { ParseState, type LostSection, type ParsedConfiguration } from './parse-state.ts';
import type { ConfigReader } from './reader.ts';
import { MAX_LINE_LENGTH, sourceLines, type SourceLine } from './source-lines.ts';
import type { DirectiveNode } from './tree.ts';
import { splitWords, substituteEnvironment, type Environment, type Word } from './words.ts';

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
  await readFile(
    state,
    options,
    { file: options.file, line: 1, column: 1 },
    options.file,
    [],
    'live',
    undefined,
  );
  return state.finish();
}

async function readFile(
  state: ParseState,
  options: ParseOptions,
  from: Position,
  file: string,
  including: readonly string[],
  outer: ConditionState,
  lost: LostSection | undefined,
): Promise<void> {
  const isFirst = including.length === 0;
  let text: string;
  try {
    const given = isFirst ? options.text : undefined;
    text =
      given ??
      (await (options.reader?.readFile(file) ?? Promise.reject(new Error('nothing to read it with'))));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    state.fail('CONFIG_UNREADABLE', from, `unable to read configuration file '${file}': ${reason}`, {
      position: !isFirst,
    });
    return;
  }
  state.files.push(file);
  const reading: Reading = { conditions: new ConditionStack(outer), lost, chain: [...including, file] };
  // A byte order mark is not part of the first directive's name.
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  for (const line of sourceLines(body, file)) {
    if (!state.countLine(line)) return;
    await readLine(state, options, reading, line);
  }
  state.closeConditions(reading.conditions);
}

/** Where reading stands in one file. */
interface Reading {
  readonly conditions: ConditionStack;
  /** The section around the file that is looked through for protections. */
  lost: LostSection | undefined;
  /** Files from the first to this one. */
  readonly chain: readonly string[];
}

async function readLine(
  state: ParseState,
  options: ParseOptions,
  reading: Reading,
  line: SourceLine,
): Promise<void> {
  const words = splitWords(line.text);
  const first = words[0];
  if (first === undefined) return;
  if (line.text.length > MAX_LINE_LENGTH) {
    state.fail(
      'CONFIG_LINE_TOO_LONG',
      line.at(first.offset),
      `line is longer than ${MAX_LINE_LENGTH} characters`,
    );
    return;
  }
  const { conditions } = reading;
  const rawKey = /^<\/?(\w+)>?$/u.exec(first.text)?.[1]?.toLowerCase() ?? '';
  if (!first.isQuoted && CONDITION_KEYS.has(rawKey)) {
    if (first.text.startsWith('</')) {
      conditions.close(rawKey);
      return;
    }
    if (conditions.state === 'dead') {
      if (conditions.open.at(-1)?.key === rawKey)
        conditions.push({ key: rawKey, state: 'dead', missedModule: undefined, at: line.at(first.offset) });
      return;
    }
  }
  if (conditions.state === 'dead') return;
  if (line.text.includes('\0')) {
    state.fail('CONFIG_BAD_BYTE', line.at(line.text.indexOf('\0')), 'NUL byte');
    return;
  }
  const statement = readStatement(words, line, options.environment ?? {});
  if (statement.kind === 'open' && CONDITION_KEYS.has(statement.node.key))
    openCondition(state, reading, statement.node);
  else if (conditions.state === 'lost') await noteLost(state, options, reading, statement);
  else await apply(state, options, reading, statement);
}

type Statement = { readonly kind: 'directive' | 'open' | 'close'; readonly node: DirectiveNode };

function readStatement(words: readonly Word[], line: SourceLine, environment: Environment): Statement {
  const first = words[0] as Word;
  const last = words.at(-1) as Word;
  const isSection =
    !first.isQuoted &&
    first.text.startsWith('<') &&
    first.text.length > 1 &&
    !last.isQuoted &&
    last.text.endsWith('>');
  const kept = isSection ? withoutLastCharacter(words) : words;
  const name = substituteEnvironment(kept[0]?.text ?? '', environment);
  const kind = !isSection ? 'directive' : name.startsWith('</') ? 'close' : 'open';
  const bare = kind === 'directive' ? name : name.slice(kind === 'close' ? 2 : 1);
  const rest = kept.slice(1);
  return {
    kind,
    node: {
      kind: 'directive',
      name: bare,
      key: bare.toLowerCase(),
      args: rest.map(({ text }) => substituteEnvironment(text, environment)),
      argPositions: rest.map(({ offset }) => line.at(offset)),
      ...line.at(first.offset),
    },
  };
}

function withoutLastCharacter(words: readonly Word[]): readonly Word[] {
  const last = words.at(-1) as Word;
  const text = last.text.slice(0, -1);
  const others = words.slice(0, -1);
  return text === '' ? others : [...others, { ...last, text }];
}

function openCondition(state: ParseState, reading: Reading, node: DirectiveNode): void {
  const outcome = decideCondition(node.key, node.args, state.facts);
  const outer = reading.conditions.state;
  if ('problem' in outcome) {
    state.fail('CONFIG_BAD_VALUE', node, `<${node.name}>: ${outcome.problem}`, {
      directive: `<${node.name}>`,
    });
    // Its lines are read all the same, so that their errors are reported too.
    reading.conditions.push({ key: node.key, state: outer, missedModule: undefined, at: node });
    return;
  }
  const inner = outer === 'lost' && outcome.state === 'live' ? 'lost' : outcome.state;
  if (inner === 'lost' && outer === 'live') reading.lost = state.startLost(outcome.missedModule ?? '', node);
  reading.conditions.push({ key: node.key, state: inner, missedModule: outcome.missedModule, at: node });
}

async function noteLost(
  state: ParseState,
  options: ParseOptions,
  reading: Reading,
  statement: Statement,
): Promise<void> {
  if (statement.kind !== 'directive') return;
  const { node } = statement;
  if (node.key === 'include') await include(state, options, reading, node);
  else if (node.key === 'loadmodule') state.loadModule(node, 'lost');
  else if (node.key === 'define') state.define(node);
  else reading.lost?.settings.push(node);
}

async function apply(
  state: ParseState,
  options: ParseOptions,
  reading: Reading,
  statement: Statement,
): Promise<void> {
  const { node } = statement;
  if (statement.kind === 'open') {
    state.openSection(node);
    return;
  }
  if (statement.kind === 'close') {
    state.closeSection(node);
    return;
  }
  state.add(node);
  if (node.key === 'include') await include(state, options, reading, node);
  else state.obey(node);
}

async function include(
  state: ParseState,
  options: ParseOptions,
  reading: Reading,
  node: DirectiveNode,
): Promise<void> {
  const path = node.args[0];
  if (path === undefined) return;
  const name = { directive: node.name };
  if (!path.startsWith('/')) {
    state.fail('CONFIG_BAD_VALUE', node, `Include: unable to use path for configuration file '${path}'`, {
      ...name,
      hint: 'give an absolute path',
    });
    return;
  }
  if (options.reader === undefined) {
    state.fail('CONFIG_WRONG_CONTEXT', node, 'Include: directive not allowed here', name);
    return;
  }
  const outer = reading.conditions.state;
  try {
    const { files, note } = await includedFiles(path, state.includeRules, options.reader);
    if (note !== undefined && outer === 'live') {
      state.warn(
        'CONFIG_INCLUDE_MISSING',
        node,
        `unable to include '${path}': ${note} ${onLine(node)}`,
        name,
      );
    }
    for (const file of files) {
      if (reading.chain.includes(file))
        state.fail('CONFIG_INCLUDE_LOOP', node, `Include: '${file}' includes itself`, name);
      else if (reading.chain.length >= MAX_INCLUDE_DEPTH)
        state.fail('CONFIG_INCLUDE_TOO_DEEP', node, 'Include: nested too deeply', name);
      else await readFile(state, options, node, file, reading.chain, outer, reading.lost);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    state.fail('CONFIG_UNREADABLE', node, `unable to include '${path}': ${reason}`, name);
  }
}

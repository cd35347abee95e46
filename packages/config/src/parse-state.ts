import type { ConditionFacts, ConditionStack } from './conditions.ts';
import { onLine, type ConfigCode, type ConfigProblem, type Position } from './config-error.ts';
import type { IncludeRules } from './include.ts';
import { LANGUAGE_MODULES, STANDARD_MODULES, type ModulesPort } from './modules.ts';
import { PROFTPD_MODULES } from './proftpd-modules.ts';
import { lostProtections } from './protection.ts';
import type { SourceLine } from './source-lines.ts';
import { nearest } from './suggestion.ts';
import type { ConfigNode, DirectiveNode, SectionNode } from './tree.ts';

/** A section that is skipped because its module is not available here. */
export interface LostSection {
  readonly module: string;
  readonly at: Position;
  readonly settings: DirectiveNode[];
}

interface OpenSection {
  readonly node: DirectiveNode;
  readonly children: ConfigNode[];
}

interface ProblemDetails {
  readonly directive?: string;
  readonly hint?: string;
  /** Whether the message ends with line and file. Default: true. */
  readonly position?: boolean;
}

/** What was read. The tree holds what could be read even if there are errors. */
export interface ParsedConfiguration {
  /** The whole configuration; conditions are decided and included files put in. */
  readonly tree: SectionNode;
  readonly errors: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  /** Modules that LoadModule lines added, in file order. */
  readonly loadedModules: readonly string[];
  /** Every file that was read, in order. */
  readonly files: readonly string[];
}

const MAX_PROBLEMS = 1000;
/** Lines of all files together. */
export const MAX_LINES = 1_000_000;

/** What is known so far while files are read: the open sections, problems, modules and definitions. */
export class ParseState {
  readonly files: string[] = [];
  readonly facts: ConditionFacts;
  includeRules: IncludeRules = { allowSymlinks: false, ignoreTempFiles: false, ignoreWildcards: false };

  readonly #errors: ConfigProblem[] = [];
  readonly #warnings: ConfigProblem[] = [];
  readonly #root: ConfigNode[] = [];
  readonly #rootFile: string;
  readonly #open: OpenSection[] = [];
  readonly #modules: ModulesPort;
  readonly #defined: Set<string>;
  readonly #loaded = new Set<string>();
  readonly #missing = new Map<string, Position>();
  readonly #ignoredMissing = new Set<string>();
  readonly #lost: LostSection[] = [];
  #lines = 0;

  constructor(options: {
    readonly file: string;
    readonly modules: ModulesPort;
    readonly defines?: Iterable<string>;
    readonly version?: string;
  }) {
    this.#rootFile = options.file;
    this.#modules = options.modules;
    this.#defined = new Set(options.defines);
    this.facts = {
      isDefined: (name) => this.#defined.has(name),
      isLoaded: (module) =>
        LANGUAGE_MODULES.includes(module) ||
        this.#loaded.has(module) ||
        this.#modules.status(module) === 'built-in',
      isMissed: (module) =>
        this.#modules.status(module) === 'counterpart-missing' &&
        (this.#missing.has(module) || STANDARD_MODULES.has(module)),
      version: options.version ?? '1.3.8',
    };
  }

  fail(code: ConfigCode, at: Position, sentence: string, details: ProblemDetails = {}): void {
    if (this.#errors.length < MAX_PROBLEMS) this.#errors.push(problem(code, at, sentence, details));
  }

  warn(code: ConfigCode, at: Position, message: string, details: ProblemDetails = {}): void {
    if (this.#warnings.length < MAX_PROBLEMS)
      this.#warnings.push(problem(code, at, message, { ...details, position: false }));
  }

  /** @returns false if there are too many lines; that is an error, and reading ends. */
  countLine(line: SourceLine): boolean {
    this.#lines += 1;
    if (this.#lines === MAX_LINES) this.fail('CONFIG_TOO_LARGE', line.at(0), `more than ${MAX_LINES} lines`);
    return this.#lines < MAX_LINES;
  }

  startLost(module: string, at: Position): LostSection {
    const section: LostSection = { module, at, settings: [] };
    this.#lost.push(section);
    return section;
  }

  add(node: ConfigNode): void {
    (this.#open.at(-1)?.children ?? this.#root).push(node);
  }

  openSection(node: DirectiveNode): void {
    this.#open.push({ node, children: [] });
  }

  closeSection(close: DirectiveNode): void {
    const directive = `</${close.name}>`;
    const index = this.#open.findLastIndex(({ node }) => node.key === close.key);
    const innermost = this.#open.at(-1)?.node;
    if (index < 0 || index < this.#open.length - 1) {
      const context = innermost === undefined ? 'server config' : `<${innermost.name}>`;
      const hint =
        innermost && `<${innermost.name}> was opened on line ${innermost.line} of '${innermost.file}'`;
      this.fail('CONFIG_BAD_NESTING', close, `${directive}: directive not allowed in ${context} context`, {
        directive,
        ...(hint && { hint }),
      });
    } else if (close.args.length > 0) {
      this.fail('CONFIG_BAD_ARGUMENTS', close, `${directive}: wrong number of parameters`, { directive });
    }
    if (index >= 0) this.#closeDownTo(index);
  }

  /** Reports the conditions that a file leaves open. */
  closeConditions(conditions: ConditionStack): void {
    const first = conditions.open[0];
    if (first === undefined) return;
    const name = SPELLING[first.key] ?? first.key;
    const sentence = `<${name}>: unclosed <${name}> context`;
    if (conditions.open.some(({ state }) => state !== 'live'))
      this.fail('CONFIG_UNCLOSED_SECTION', first.at, sentence, { directive: `<${name}>` });
    else
      this.warn('CONFIG_UNCLOSED_SECTION', first.at, `${sentence} ${onLine(first.at)}`, {
        directive: `<${name}>`,
      });
  }

  /** Does what a directive of the language itself says. */
  obey(node: DirectiveNode): void {
    ORDERS[node.key]?.(this, node);
  }

  define(node: DirectiveNode): void {
    if (node.args[0] !== undefined) this.#defined.add(node.args[0]);
  }

  setIncludeOptions(node: DirectiveNode): void {
    const has = (name: string): boolean => node.args.some((arg) => arg.toLowerCase() === name);
    this.includeRules = {
      allowSymlinks: has('allowsymlinks'),
      ignoreTempFiles: has('ignoretempfiles'),
      ignoreWildcards: has('ignorewildcards'),
    };
  }

  ignoreMissing(node: DirectiveNode): void {
    for (const module of node.args) this.#ignoredMissing.add(module);
  }

  /** @param state - `lost`: the line stands in a section that is skipped, so only the module's name matters. */
  loadModule(node: DirectiveNode, state: 'live' | 'lost' = 'live'): void {
    const module = node.args[0];
    if (module === undefined) return;
    const status = LANGUAGE_MODULES.includes(module) ? 'built-in' : this.#modules.status(module);
    if (status === 'counterpart-missing' && !this.#missing.has(module)) this.#missing.set(module, node);
    if (state === 'lost') return;
    if (status === 'loadable') this.#loaded.add(module);
    if (status !== 'unknown') return;
    const near = nearest(module, PROFTPD_MODULES.keys());
    this.fail(
      'CONFIG_UNKNOWN_MODULE',
      node.argPositions[0] ?? node,
      `LoadModule: error loading module '${module}': no such module`,
      {
        directive: node.name,
        ...(near !== undefined && { hint: `did you mean '${near}'?` }),
      },
    );
  }

  finish(): ParsedConfiguration {
    const unclosed = this.#open.at(-1)?.node;
    if (unclosed !== undefined) {
      const directive = `<${unclosed.name}>`;
      const sentence = `error processing configuration file '${unclosed.file}': unclosed configuration section ${directive}`;
      this.fail('CONFIG_UNCLOSED_SECTION', unclosed, sentence, {
        directive,
        hint: `add </${unclosed.name}>`,
      });
      this.#closeDownTo(0);
    }
    this.#reportMissingModules();
    return {
      tree: {
        kind: 'section',
        name: '',
        key: '',
        args: [],
        argPositions: [],
        children: this.#root,
        file: this.#rootFile,
        line: 1,
        column: 1,
      },
      errors: this.#errors,
      warnings: this.#warnings,
      loadedModules: [...this.#loaded],
      files: this.files,
    };
  }

  #closeDownTo(index: number): void {
    while (this.#open.length > index) {
      const { node, children } = this.#open.pop() as OpenSection;
      this.add({ ...node, kind: 'section', children } satisfies SectionNode);
    }
  }

  #reportMissingModules(): void {
    const silent = this.#ignoredMissing;
    const missing = [...this.#missing].filter(([module]) => !silent.has(module));
    const [first] = missing;
    if (first !== undefined) {
      const list = missing.map(([module]) => module).join(', ');
      this.warn(
        'CONFIG_MODULE_UNAVAILABLE',
        first[1],
        `LoadModule: not available in this server, their <IfModule> sections are skipped: ${list}`,
      );
    }
    for (const section of this.#lost) {
      if (silent.has(section.module)) continue;
      for (const setting of lostProtections(section.settings)) {
        this.fail(
          'CONFIG_PROTECTION_LOST',
          setting,
          `${setting.name}: would be skipped, because ${section.module} is not available in this server,`,
          {
            directive: setting.name,
            hint: `if that is meant, add: IgnoreMissingModule ${section.module}`,
          },
        );
      }
    }
  }
}

const SPELLING: Readonly<Record<string, string>> = {
  ifdefine: 'IfDefine',
  ifmodule: 'IfModule',
  ifversion: 'IfVersion',
};

const ORDERS: Readonly<Record<string, (state: ParseState, node: DirectiveNode) => void>> = {
  define: (state, node) => state.define(node),
  ignoremissingmodule: (state, node) => state.ignoreMissing(node),
  includeoptions: (state, node) => state.setIncludeOptions(node),
  loadmodule: (state, node) => state.loadModule(node),
};

function problem(code: ConfigCode, at: Position, sentence: string, details: ProblemDetails): ConfigProblem {
  const place = details.position === false ? sentence : `${sentence} ${onLine(at)}`;
  return {
    code,
    message: details.hint === undefined ? place : `${place}; ${details.hint}`,
    file: at.file,
    line: at.line,
    column: at.column,
    directive: details.directive,
    hint: details.hint,
  };
}

import type { ConditionFacts, ConditionStack } from './conditions.ts';
import type { ConfigProblem } from './config-error.ts';
import type { IncludeRules } from './include.ts';
import { ModuleRecord } from './module-record.ts';
import type { ModulesPort } from './modules.ts';
import { ProblemList } from './problem-list.ts';
import { SectionStack } from './section-stack.ts';
import type { SourceLine } from './source-lines.ts';
import type { DirectiveNode, SectionNode } from './tree.ts';

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

/** Lines of all files together. */
export const MAX_LINES = 1_000_000;

/** What is known so far while files are read: the open sections, problems, modules and definitions. */
export class ParseState {
  readonly files: string[] = [];
  readonly errors: ProblemList = new ProblemList();
  readonly warnings: ProblemList = new ProblemList();
  readonly sections: SectionStack = new SectionStack(this.errors);
  readonly modules: ModuleRecord;
  readonly facts: ConditionFacts;
  includeRules: IncludeRules = { allowSymlinks: false, ignoreTempFiles: false, ignoreWildcards: false };
  readonly #file: string;
  readonly #defined: Set<string>;
  #lines = 0;

  constructor(options: {
    readonly file: string;
    readonly modules: ModulesPort;
    readonly defines?: Iterable<string>;
    readonly version?: string;
  }) {
    this.#file = options.file;
    this.#defined = new Set(options.defines);
    this.modules = new ModuleRecord(options.modules);
    this.facts = {
      isDefined: (name) => this.#defined.has(name),
      isLoaded: (module) => this.modules.isLoaded(module),
      isMissed: (module) => this.modules.isMissed(module),
      version: options.version ?? '1.3.8',
    };
  }

  /** There were too many lines; nothing more is to be read. */
  get isFull(): boolean {
    return this.#lines >= MAX_LINES;
  }

  /** @returns false if there are too many lines; that is an error, and reading ends. */
  countLine(line: SourceLine): boolean {
    this.#lines += 1;
    if (this.#lines === MAX_LINES)
      this.errors.add('CONFIG_TOO_LARGE', line.at(0), `more than ${MAX_LINES} lines`);
    return this.#lines < MAX_LINES;
  }

  /** Reports the conditions that a file leaves open. */
  closeConditions(conditions: ConditionStack): void {
    const first = conditions.open[0];
    if (first === undefined) return;
    const directive = `<${SPELLING[first.key] ?? first.key}>`;
    const skips = conditions.open.some(({ state }) => state !== 'live');
    // ProFTPD reads on after a condition that holds, and stops at one that does not.
    const list = skips ? this.errors : this.warnings;
    list.add('CONFIG_UNCLOSED_SECTION', first.at, `${directive}: unclosed ${directive} context`, {
      directive,
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

  finish(): ParsedConfiguration {
    const children = this.sections.finish();
    this.modules.report(this.errors, this.warnings);
    const place = { file: this.#file, line: 1, column: 1 };
    return {
      tree: { kind: 'section', name: '', key: '', args: [], argPositions: [], children, ...place },
      errors: this.errors.all,
      warnings: this.warnings.all,
      loadedModules: this.modules.loaded,
      files: this.files,
    };
  }
}

const SPELLING: Readonly<Record<string, string>> = {
  ifdefine: 'IfDefine',
  ifmodule: 'IfModule',
  ifversion: 'IfVersion',
};

const ORDERS: Readonly<Record<string, (state: ParseState, node: DirectiveNode) => void>> = {
  define: (state, node) => state.define(node),
  ignoremissingmodule: (state, node) => state.modules.ignoreMissing(node),
  includeoptions: (state, node) => state.setIncludeOptions(node),
  loadmodule: (state, node) => state.modules.load(node, state.errors),
  modulepath: (state, node) => state.modules.setPath(node),
};

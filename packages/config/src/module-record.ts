import type { Position } from './config-error.ts';
import { LANGUAGE_MODULES, STANDARD_MODULES, type ModulesPort, type ModuleStatus } from './modules.ts';
import type { ProblemList } from './problem-list.ts';
import { PROFTPD_MODULES } from './proftpd-modules.ts';
import { lostProtections } from './protection.ts';
import { nearest } from './suggestion.ts';
import type { DirectiveNode } from './tree.ts';

/** A section that is skipped because its module is not available here. */
export interface LostSection {
  readonly module: string;
  readonly settings: DirectiveNode[];
}

/** What LoadModule lines did, and what is lost for modules that are not available here. */
export class ModuleRecord {
  readonly #modules: ModulesPort;
  readonly #loaded = new Set<string>();
  readonly #missing = new Map<string, Position>();
  readonly #ignoredMissing = new Set<string>();
  readonly #lost: LostSection[] = [];
  #path: string | undefined;

  constructor(modules: ModulesPort) {
    this.#modules = modules;
  }

  /** Modules that LoadModule added, in file order. */
  get loaded(): readonly string[] {
    return [...this.#loaded];
  }

  isLoaded(module: string): boolean {
    return this.#loaded.has(module) || this.#statusOf(module) === 'built-in';
  }

  /** Whether ProFTPD would have the module while it is not available here. */
  isMissed(module: string): boolean {
    if (this.#statusOf(module) !== 'counterpart-missing') return false;
    return this.#missing.has(module) || STANDARD_MODULES.has(module);
  }

  /** Obeys a ModulePath line. */
  setPath(node: DirectiveNode): void {
    this.#path = node.args[0];
  }

  /** Obeys a LoadModule line. */
  load(node: DirectiveNode, errors: ProblemList): void {
    const module = node.args[0];
    if (module === undefined) return;
    const status = this.#statusOf(module);
    const refusal = status === 'loadable' ? this.#modules.refusal?.(module, this.#path) : undefined;
    if (refusal !== undefined) {
      const sentence = `LoadModule: error loading module '${module}': ${refusal}`;
      errors.add('CONFIG_MODULE_REFUSED', node.argPositions[0] ?? node, sentence, { directive: node.name });
      return;
    }
    if (status === 'loadable') this.#loaded.add(module);
    this.noteMissing(node);
    if (status !== 'unknown') return;
    const near = nearest(module, PROFTPD_MODULES.keys());
    errors.add(
      'CONFIG_UNKNOWN_MODULE',
      node.argPositions[0] ?? node,
      `LoadModule: error loading module '${module}': no such module`,
      {
        directive: node.name,
        hint: near && `did you mean '${near}'?`,
      },
    );
  }

  /** Notes the module of a LoadModule line if it is not available here. */
  noteMissing(node: DirectiveNode): void {
    const module = node.args[0] ?? '';
    if (this.#statusOf(module) === 'counterpart-missing' && !this.#missing.has(module))
      this.#missing.set(module, node);
  }

  /** Obeys an IgnoreMissingModule line. */
  ignoreMissing(node: DirectiveNode): void {
    for (const module of node.args) this.#ignoredMissing.add(module);
  }

  /** Begins to note what a skipped section holds. */
  startLost(module: string): LostSection {
    const section: LostSection = { module, settings: [] };
    this.#lost.push(section);
    return section;
  }

  /** Reports the modules that are missing (once, together) and the protections that would be lost with them. */
  report(errors: ProblemList, warnings: ProblemList): void {
    const missing = [...this.#missing].filter(([module]) => !this.#ignoredMissing.has(module));
    const [first] = missing;
    if (first !== undefined) {
      const list = missing.map(([module]) => module).join(', ');
      const sentence = `LoadModule: not available in this server, their <IfModule> sections are skipped: ${list}`;
      warnings.add('CONFIG_MODULE_UNAVAILABLE', first[1], sentence, { namesLine: false });
    }
    for (const { module, settings } of this.#lost) {
      if (this.#ignoredMissing.has(module)) continue;
      for (const setting of lostProtections(settings)) {
        const sentence = `${setting.name}: would be skipped, because ${module} is not available in this server,`;
        const hint = `if that is meant, add: IgnoreMissingModule ${module}`;
        errors.add('CONFIG_PROTECTION_LOST', setting, sentence, { directive: setting.name, hint });
      }
    }
  }

  #statusOf(module: string): ModuleStatus {
    return LANGUAGE_MODULES.includes(module) ? 'built-in' : this.#modules.status(module, this.#path);
  }
}

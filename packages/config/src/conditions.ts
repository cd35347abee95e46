import type { Position } from './config-error.ts';
import { matchesVersion } from './version.ts';

/** Sections that decide while the file is read; they leave no trace in the tree. */
export const CONDITION_KEYS: ReadonlySet<string> = new Set(['ifdefine', 'ifmodule', 'ifversion']);

/**
 * What lines inside a condition are: `live` they count · `dead` they are passed over unread · `lost` they would count
 * if a ProFTPD module were available that is not, and are looked through for protections only.
 */
export type ConditionState = 'live' | 'dead' | 'lost';

/** What conditions ask for. */
export interface ConditionFacts {
  readonly isDefined: (name: string) => boolean;
  /** The module is loaded here. */
  readonly isLoaded: (module: string) => boolean;
  /** ProFTPD would have the module, and it is not available here. */
  readonly isMissed: (module: string) => boolean;
  readonly version: string;
}

/** The state of a condition's lines, or the sentence that says what is wrong with it. */
export type ConditionOutcome =
  | { readonly state: ConditionState; readonly missedModule?: string }
  | { readonly problem: string };

/** Decides `<IfDefine>`, `<IfModule>` or `<IfVersion>`. */
export function decideCondition(
  key: string,
  args: readonly string[],
  facts: ConditionFacts,
): ConditionOutcome {
  if (key === 'ifversion') {
    const holds = matchesVersion(args, facts.version);
    return typeof holds === 'boolean' ? { state: holds ? 'live' : 'dead' } : holds;
  }
  const written = args[0] ?? '';
  if (written === '') return { problem: 'missing parameters' };
  const isNegated = written.startsWith('!');
  const name = !isNegated ? written : written.length > 1 ? written.slice(1) : (args[1] ?? '');
  const holds = key === 'ifdefine' ? facts.isDefined(name) : facts.isLoaded(name);
  if (holds !== isNegated) return { state: 'live' };
  if (key === 'ifmodule' && !isNegated && facts.isMissed(name)) return { state: 'lost', missedModule: name };
  return { state: 'dead' };
}

/** A condition that is open in a file. */
export interface OpenCondition {
  readonly key: string;
  readonly state: ConditionState;
  readonly at: Position;
}

/**
 * The conditions open in one file, innermost last. As in ProFTPD a condition that holds is transparent: it need not nest
 * with other sections, and closing lines too many are passed over.
 */
export class ConditionStack {
  readonly #open: OpenCondition[] = [];
  readonly #outer: ConditionState;

  /** @param outer - What the lines of the file are outside of its own conditions. */
  constructor(outer: ConditionState) {
    this.#outer = outer;
  }

  get state(): ConditionState {
    return this.#open.at(-1)?.state ?? this.#outer;
  }

  get open(): readonly OpenCondition[] {
    return this.#open;
  }

  push(condition: OpenCondition): void {
    this.#open.push(condition);
  }

  /** Closes the innermost condition of that kind with all inside of it. */
  close(key: string): void {
    const index = this.#open.findLastIndex((condition) => condition.key === key);
    if (index >= 0) this.#open.length = index;
  }
}

/** What the order of modules is made of. */
export interface Ordered {
  readonly name: string;
  /** Names of modules that this one runs before, or after; those that are not loaded don't matter. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

export class ModuleCycleError extends Error {
  /** Names along the cycle; the first follows the last. */
  readonly cycle: readonly string[];

  constructor(cycle: readonly string[]) {
    super(
      `modules want to run before each other: ${[...cycle, cycle[0]].join(' before ')}; change their before or after`,
    );
    this.name = 'ModuleCycleError';
    this.cycle = cycle;
  }
}

/**
 * Modules in the order in which their hooks run: what `before` and `after` say, and otherwise as given. The order of
 * LoadModule lines has no say, so that no line of a configuration can put a ban behind what it should stop.
 * @throws {ModuleCycleError}
 */
export function orderModules<T extends Ordered>(modules: readonly T[]): readonly T[] {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const predecessors = new Map<T, Set<T>>(modules.map((module) => [module, new Set()]));
  for (const module of modules) {
    for (const name of module.after ?? []) link(byName.get(name), module);
    for (const name of module.before ?? []) link(module, byName.get(name));
  }
  function link(first: T | undefined, second: T | undefined): void {
    if (first !== undefined && second !== undefined) predecessors.get(second)?.add(first);
  }

  const ordered: T[] = [];
  const done = new Set<T>();
  const path: T[] = [];
  function visit(module: T): void {
    if (done.has(module)) return;
    const start = path.indexOf(module);
    if (start >= 0) {
      throw new ModuleCycleError(
        path
          .slice(start)
          .map(({ name }) => name)
          .reverse(),
      );
    }
    path.push(module);
    for (const earlier of modules) if (predecessors.get(module)?.has(earlier) === true) visit(earlier);
    path.pop();
    done.add(module);
    ordered.push(module);
  }
  for (const module of modules) visit(module);
  return ordered;
}

import type { CheckedSection, Setting } from './check.ts';

/** A `<Limit>` section with its lines. */
export interface LimitSection {
  readonly section: CheckedSection;
  /** Commands and groups of commands that it names, in upper case. */
  readonly commands: readonly string[];
  /** Order, Allow, Deny, AllowAll, DenyAll, AllowUser …, in file order. */
  readonly lines: readonly Setting[];
}

/** The `<Limit>` sections directly in `section` that name one of `names`, in file order. */
export function limitsIn(section: CheckedSection, names: readonly string[]): LimitSection[] {
  const wanted = new Set(names.map((name) => name.toUpperCase()));
  return (section.sectionsByKind.get('limit') ?? [])
    .map((limit) => ({ section: limit, commands: commandsOf(limit), lines: linesOf(limit) }))
    .filter(({ commands }) => commands.some((command) => wanted.has(command)));
}

function commandsOf({ node }: CheckedSection): string[] {
  return node.args
    .flatMap((word) => word.split(','))
    .filter((word) => word !== '')
    .map((word) => word.toUpperCase());
}

function linesOf({ settings }: CheckedSection): Setting[] {
  return [...settings.values()].flat().toSorted((a, b) => a.node.line - b.node.line);
}

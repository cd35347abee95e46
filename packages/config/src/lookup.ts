import type { CheckedSection, Setting } from './check.ts';
import type { DirectiveRow } from './row.ts';

/** Sections that stand on one step of the merge order. */
export interface Level {
  readonly kind: 'directory' | 'anonymous' | 'session' | 'server' | 'global';
  /** In file order; together they count as one section. */
  readonly sections: readonly CheckedSection[];
}

/**
 * The settings of a directive that are in force: one (of the most specific level that has it, combined as the row says)
 * or, for a row whose repeats all count, those of all levels.
 * @param levels - The most specific first.
 */
export function lookUp(levels: readonly Level[], row: DirectiveRow<unknown>): readonly Setting[] {
  const key = row.name.toLowerCase();
  const settings: Setting[] = [];
  for (const { sections } of reachable(levels, row)) {
    const here = sections.flatMap((section) => section.settings.get(key) ?? []);
    if (here.length === 0) continue;
    if (row.repeats === 'all') settings.push(...here);
    else return [combine(here, row)];
  }
  return settings;
}

/** A directive that is not inherited is sought in the innermost section only. */
function reachable(levels: readonly Level[], row: DirectiveRow<unknown>): readonly Level[] {
  const innermost = levels[0]?.kind;
  if (row.isInherited !== false || (innermost !== 'directory' && innermost !== 'anonymous')) return levels;
  return levels.slice(0, 1);
}

function combine(settings: readonly Setting[], row: DirectiveRow<unknown>): Setting {
  const first = settings[0] as Setting;
  const last = settings.at(-1) as Setting;
  if (row.repeats === 'first-wins') return first;
  if (row.repeats !== 'merge' || settings.length === 1) return last;
  const value = settings.slice(1).reduce((earlier, { value: later }) => row.merge?.(earlier, later) ?? later, first.value);
  return { ...last, value };
}

import type { CheckedSection, Setting } from './check.ts';
import type { DirectiveRow } from './row.ts';

/** A section on a step of the merge order. */
export interface Level {
  readonly kind: 'session' | 'directory' | 'anonymous' | 'server' | 'global';
  readonly section: CheckedSection;
}

/**
 * The settings of a directive that are in force: one (of the first level that has it, combined as the row says) or, for
 * a row whose repeats all count, those of all levels.
 * @param levels - The one that counts most first.
 */
export function lookUp(levels: readonly Level[], row: DirectiveRow<unknown>): readonly Setting[] {
  const key = row.name.toLowerCase();
  const settings: Setting[] = [];
  for (const level of reachable(levels, row)) {
    const here = level.section.settings.get(key);
    if (here === undefined) continue;
    if (row.repeats === 'all') settings.push(...here);
    else return [combine(here, row, level.kind)];
  }
  return settings;
}

/** A directive that is not inherited is sought in the innermost section only. */
function reachable(levels: readonly Level[], row: DirectiveRow<unknown>): readonly Level[] {
  if (row.isInherited !== false) return levels;
  const innermost = levels.find(({ kind }) => kind === 'directory' || kind === 'anonymous');
  return innermost === undefined
    ? levels
    : levels.filter((level) => level.kind === 'session' || level === innermost);
}

function combine(settings: readonly Setting[], row: DirectiveRow<unknown>, kind: Level['kind']): Setting {
  const last = settings.at(-1) as Setting;
  // mod_ifsession puts its settings in one by one, each in the place of the one before.
  if (
    settings.length === 1 ||
    row.repeats === 'last-wins' ||
    (row.repeats === 'first-wins' && kind === 'session')
  )
    return last;
  if (row.repeats === 'first-wins') return settings[0] as Setting;
  const [first, ...others] = settings as readonly [Setting, ...Setting[]];
  const value = others.reduce(
    (earlier, { value: later }) => row.merge?.(earlier, later) ?? later,
    first.value,
  );
  return { ...last, value };
}

import type { ControlsAcl, DirectiveReader, FtpdModule } from '@ftpd/module';
import { ownActions } from './own-actions.ts';
import type { ActionRegistry, RegisteredAction } from './registered-actions.ts';

/** Those of the modules, and mod_ctrls' own; of two with one name the first counts. */
export function createActionRegistry(modules: readonly FtpdModule[]): ActionRegistry {
  const disabled = new Set<string>();
  const byName = new Map<string, RegisteredAction>();
  const registry: ActionRegistry = {
    get all() {
      return [...byName.values()];
    },
    find: (name) => byName.get(name),
    isEnabled: ({ action }) => !disabled.has(action.name),
    setEnabled(actions, isEnabled) {
      for (const { action } of actions) {
        if (isEnabled) disabled.delete(action.name);
        else disabled.add(action.name);
      }
    },
  };
  const found: readonly RegisteredAction[] = [
    ...ownActions(registry).map((action) => ({ module: 'mod_ctrls', action })),
    ...modules.flatMap(({ name, controls = [] }) => controls.map((action) => ({ module: name, action }))),
  ];
  for (const each of found.toSorted((one, other) => (one.action.name < other.action.name ? -1 : 1)))
    if (!byName.has(each.action.name)) byName.set(each.action.name, each);
  return registry;
}

/** All lines that say who may ask for these actions. */
export function linesAbout(
  actions: readonly RegisteredAction[],
  { all }: Pick<DirectiveReader, 'all'>,
): readonly ControlsAcl[] {
  const rows = new Set(actions.map(({ action: { acls } }) => acls));
  return [...rows].flatMap((row) => (row === undefined ? [] : all(row)));
}

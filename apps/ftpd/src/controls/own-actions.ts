import type { ControlAction, ControlAnswer } from '@ftpd/module';
import { controlsAcls } from '../modules/ctrls/ctrls-rows.ts';
import type { ActionRegistry, RegisteredAction } from './registered-actions.ts';

const wrongCount: ControlAnswer = { status: 'wrong-parameters', lines: ['wrong number of parameters'] };

/** Those that must stay, so that the others can be had back. */
const unremovable: readonly string[] = ['insctrl', 'lsctrl', 'rmctrl'];

const withoutSuffix = (module: string): string => module.replace(/\.c$/u, '');

/** help, insctrl, lsctrl and rmctrl. @see ProFTPD mod_ctrls, Control Actions */
export function ownActions(registry: ActionRegistry): readonly ControlAction[] {
  const enabled = (): readonly RegisteredAction[] => registry.all.filter((each) => registry.isEnabled(each));

  function listing(line: (action: RegisteredAction) => string): ControlAnswer {
    return {
      status: 'ok',
      lines: enabled().map(line),
      data: enabled().map(({ module, action: { name, summary } }) => ({ name, module, summary })),
    };
  }

  /** What `insctrl` and `rmctrl` do: `action|all [module]`. */
  function switched(args: readonly string[], isEnabled: boolean): ControlAnswer {
    const [name = '', module] = args;
    if (args.length < 1 || args.length > 2) return wrongCount;
    const done = isEnabled ? 'enabled' : 'disabled';
    if (name === 'all' && module === undefined) {
      registry.setEnabled(registry.all, isEnabled);
      return {
        status: 'ok',
        lines: isEnabled
          ? ["'all' control enabled"]
          : ['all controls disabled', 'restart the daemon to re-enable controls'],
      };
    }
    const chosen = registry.all.filter(
      (each) =>
        (name === 'all' || each.action.name === name) &&
        (module === undefined || each.module === withoutSuffix(module)),
    );
    if (chosen.length === 0) return { status: 'not-found', lines: [`no such control: '${name}'`] };
    if (!isEnabled && name !== 'all' && unremovable.includes(name))
      return { status: 'not-permitted', lines: [`'${name}' control cannot be removed`] };
    registry.setEnabled(
      chosen.filter(({ action }) => !unremovable.includes(action.name)),
      isEnabled,
    );
    return { status: 'ok', lines: [`'${name}' control ${done}`] };
  }

  return [
    {
      name: 'help',
      summary: 'describe all registered controls',
      acls: controlsAcls,
      run: ({ args }) =>
        Promise.resolve(
          args.length > 0 ? wrongCount : listing(({ action: { name, summary } }) => `${name}: ${summary}`),
        ),
    },
    {
      name: 'insctrl',
      summary: 'enable a disabled control',
      acls: controlsAcls,
      run: ({ args }) => Promise.resolve(switched(args, true)),
    },
    {
      name: 'lsctrl',
      summary: 'list all registered controls',
      acls: controlsAcls,
      run: ({ args }) =>
        Promise.resolve(
          args.length > 0 ? wrongCount : listing(({ module, action: { name } }) => `${name} (${module}.c)`),
        ),
    },
    {
      name: 'rmctrl',
      summary: 'disable a registered control',
      acls: controlsAcls,
      run: ({ args }) => Promise.resolve(switched(args, false)),
    },
  ];
}

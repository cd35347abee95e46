import type { ControlAction } from '@ftpd/module';

/** An action and the module that has it. */
export interface RegisteredAction {
  readonly module: string;
  readonly action: ControlAction;
}

/** The actions of a configuration. */
export interface ActionRegistry {
  /** In the order of their names. */
  readonly all: readonly RegisteredAction[];
  find(name: string): RegisteredAction | undefined;
  isEnabled(action: RegisteredAction): boolean;
  setEnabled(actions: readonly RegisteredAction[], isEnabled: boolean): void;
}

/** A change of permission bits, applied to the bits a file has. */
export type ModeChange =
  | { readonly kind: 'absolute'; readonly mode: number }
  | { readonly kind: 'symbolic'; readonly steps: readonly ModeStep[] };

export interface ModeStep {
  /** The bits the step may touch: any of 0o4700 for u, 0o2070 for g, 0o1007 for o. */
  readonly who: number;
  readonly operator: '+' | '-' | '=';
  /** Bits for all three classes at once, cut by `who`. */
  readonly permissions: number;
  /** `X`: execute only for folders and files that somebody may execute. */
  readonly isExecuteConditional: boolean;
}

const whoBits: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };
const permissionBits: Readonly<Record<string, number>> = {
  r: 0o444,
  w: 0o222,
  x: 0o111,
  X: 0,
  s: 0o6000,
  t: 0o1000,
};
const union = (letters: string, bits: Readonly<Record<string, number>>): number =>
  Array.from(letters).reduce((sum, letter) => sum | (bits[letter] ?? 0), 0);

/**
 * Reads an octal mode (1 to 5 digits) or a symbolic one as chmod(1) has it: `u+x`, `go-rwx,u=rw`, `a=rX`.
 * @returns undefined for anything else.
 */
export function parseModeChange(text: string): ModeChange | undefined {
  if (/^[0-7]{1,5}$/.test(text)) return { kind: 'absolute', mode: Number.parseInt(text, 8) & 0o7777 };
  if (text.length > 100) return undefined;
  const steps: ModeStep[] = [];
  for (const clause of text.split(',')) {
    const [, who = '', operator = '', permissions = ''] = /^([ugoa]*)([+\-=])([rwxXst]*)$/.exec(clause) ?? [];
    if (operator === '') return undefined;
    steps.push({
      who: who === '' ? 0o7777 : union(who, whoBits),
      operator: operator as ModeStep['operator'],
      permissions: union(permissions, permissionBits),
      isExecuteConditional: permissions.includes('X'),
    });
  }
  return { kind: 'symbolic', steps };
}

/** The bits after the change. @param isDirectory - Decides what `X` means. */
export function applyModeChange(change: ModeChange, mode: number, isDirectory: boolean): number {
  if (change.kind === 'absolute') return change.mode;
  return change.steps.reduce((current, { who, operator, permissions, isExecuteConditional }) => {
    const mayExecute = isExecuteConditional && (isDirectory || (current & 0o111) !== 0);
    const bits = (permissions | (mayExecute ? 0o111 : 0)) & who;
    if (operator === '+') return current | bits;
    return operator === '-' ? current & ~bits : (current & ~who) | bits;
  }, mode & 0o7777);
}

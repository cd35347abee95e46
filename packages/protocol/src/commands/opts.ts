import { selectFacts, type FactName } from '../formats/facts.ts';
import { refuse, words } from './arguments.ts';
import { defineCommand, type AnyCommandRow, type ArgumentOfRow, type CommandRow } from './row.ts';

export interface OptsTable {
  /** Whether file names are UTF-8. */
  readonly UTF8: CommandRow<boolean>;
  /** The facts that MLSD and MLST show from now on. */
  readonly MLST: CommandRow<readonly FactName[]>;
}

/** What OPTS can set, by the name of the feature. */
export const optsTable: OptsTable = {
  UTF8: defineCommand({
    verb: 'UTF8',
    rfc: 'draft-ietf-ftpext-utf-8-option',
    requiresLogin: false,
    argument: {
      syntax: '<sp> on|off',
      parse: (text, name) => {
        const value = text.trim().toUpperCase();
        if (value === 'ON' || value === 'OFF') return value === 'ON';
        return refuse('PROTO_SYNTAX', 501, `'OPTS ${name}' not understood`);
      },
    },
  }),
  MLST: defineCommand({
    verb: 'MLST',
    rfc: 'RFC 3659 §7.9',
    requiresLogin: false,
    argument: {
      syntax: '[<sp> facts]',
      parse: (text, name) => {
        const [list = '', ...more] = words(text);
        if (more.length > 0) return refuse('PROTO_PARAMETER_COUNT', 501, `'OPTS ${name}' not understood`);
        return selectFacts(list);
      },
    },
  }),
};

export type OptsName = keyof OptsTable;
export type OptsArgumentOf<N extends OptsName> = ArgumentOfRow<OptsTable[N]>;
export type FoundOption = AnyCommandRow & { readonly verb: OptsName };

/** The row of an option in upper case. @returns undefined for an unknown one. */
export function findOption(name: string): FoundOption | undefined {
  return Object.hasOwn(optsTable, name) ? (optsTable[name as OptsName] as FoundOption) : undefined;
}

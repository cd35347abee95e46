import { dataPortCommands, type DataPortCommands } from './data-port.ts';
import { fileOperationCommands, type FileOperationCommands } from './file-operations.ts';
import { informationCommands, type InformationCommands } from './information.ts';
import { listingCommands, type ListingCommands } from './listing.ts';
import { loginCommands, type LoginCommands } from './login.ts';
import { navigationCommands, type NavigationCommands } from './navigation.ts';
import type { AnyCommandRow, ArgumentOfRow } from './row.ts';
import { securityCommands, type SecurityCommands } from './security.ts';
import { transferCommands, type TransferCommands } from './transfer.ts';
import { transferParameterCommands, type TransferParameterCommands } from './transfer-parameters.ts';

/** A row for each verb; aliases such as XCWD share the row of their verb. */
export interface CommandTable
  extends
    LoginCommands,
    NavigationCommands,
    TransferParameterCommands,
    DataPortCommands,
    TransferCommands,
    ListingCommands,
    FileOperationCommands,
    InformationCommands,
    SecurityCommands {}

export const commandTable: CommandTable = {
  ...loginCommands,
  ...navigationCommands,
  ...transferParameterCommands,
  ...dataPortCommands,
  ...transferCommands,
  ...listingCommands,
  ...fileOperationCommands,
  ...informationCommands,
  ...securityCommands,
};

export type Verb = keyof CommandTable;

/** What the argument parser of a verb gives. */
export type ArgumentOf<V extends Verb> = ArgumentOfRow<CommandTable[V]>;

/** A row as found, with the verb that handlers are kept under. */
export type FoundCommand = AnyCommandRow & { readonly verb: Verb };

/** All rows, in the order of the families. */
export const commandRows: readonly FoundCommand[] = Object.values(
  commandTable as unknown as Record<Verb, FoundCommand>,
);

const rowsByName: ReadonlyMap<string, FoundCommand> = new Map(
  commandRows.flatMap((row) => [row.verb, ...row.aliases].map((name): [string, FoundCommand] => [name, row])),
);

/** The row of a verb or alias in upper case. @returns undefined for an unknown one. */
export function findCommand(verb: string): FoundCommand | undefined {
  return rowsByName.get(verb);
}

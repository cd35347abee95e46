import type { OpenAnswer } from './worker-protocol.ts';

/** Gives what a descriptor stands for (it may be an O_PATH one) to an owner or a group that the user could not choose. */
export type ChangeOwner = (
  descriptor: number,
  wanted: { readonly uid?: number; readonly gid?: number },
) => Promise<void>;

export interface OwnersWanted {
  readonly owner: number | undefined;
  readonly group: number | undefined;
}

/** @returns what could not be done, as a sentence for the log. */
export async function giveOwner(
  { descriptor, path, ownershipError }: OpenAnswer,
  { owner, group }: OwnersWanted,
  changeOwner: ChangeOwner | undefined,
): Promise<string | undefined> {
  const wanted = {
    ...(owner !== undefined && { uid: owner }),
    // The user has tried.
    ...(group !== undefined && ownershipError !== undefined && { gid: group }),
  };
  if (Object.keys(wanted).length === 0) return undefined;
  const what = Object.entries(wanted)
    .map(([name, id]) => `${name} ${id}`)
    .join(' and ');
  // Whoever gives files to an owner may choose any group; else the group must be one of the user's.
  if (changeOwner === undefined || owner === undefined)
    return `${path} can't be given to ${what}: ${ownershipError ?? 'EPERM'}`;
  try {
    await changeOwner(descriptor, wanted);
    return undefined;
  } catch (error) {
    return `${path} can't be given to ${what}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Servers with caches of their own have journals of their own. */
export const maxJournals = 10_000;

/** @param slot - From 0: which of the journals of a BanTable. */
export function journalPathOf(table: string, slot: number): string {
  return slot === 0 ? table : `${table}.${slot}`;
}

import { nameOf, type TicketKey } from './ticket-key.ts';

/** Keys that have to open tickets for longer than the ring has them, each for as long as somebody holds it. */
export interface HeldKeys {
  find(name: Uint8Array): TicketKey | undefined;
  /** @returns lets go of it; more than once is as good as once. */
  hold(key: TicketKey): () => void;
}

export function createHeldKeys(): HeldKeys {
  const byName = new Map<string, { readonly key: TicketKey; holders: number }>();
  return {
    find: (name) => byName.get(nameOf({ name: name.subarray(0, 16) }))?.key,
    hold(key) {
      const name = nameOf(key);
      const entry = byName.get(name) ?? { key, holders: 0 };
      byName.set(name, entry);
      entry.holders += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        entry.holders -= 1;
        if (entry.holders === 0) byName.delete(name);
      };
    },
  };
}

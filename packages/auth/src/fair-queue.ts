export interface FairQueueOptions {
  /** Items of all keys together, > 0. */
  readonly maxItems: number;
  readonly maxItemsPerKey: number;
}

/** Takes turns between keys: whoever queues a thousand items delays others by one. */
export interface FairQueue<Item> {
  readonly size: number;
  /** Whether there was room. */
  push(key: string, item: Item): boolean;
  /** The oldest item of the key whose turn it is. @param isReady - Keys that are not are passed over. Default: all are. */
  shift(isReady?: (key: string) => boolean): Item | undefined;
  /** Whether it was still there. */
  remove(key: string, item: Item): boolean;
}

export function createFairQueue<Item>({ maxItems, maxItemsPerKey }: FairQueueOptions): FairQueue<Item> {
  // A Map keeps insertion order: the first key is next, and goes to the end after its turn.
  const turns = new Map<string, Set<Item>>();
  let size = 0;

  return {
    get size() {
      return size;
    },
    push(key, item) {
      const items = turns.get(key) ?? new Set<Item>();
      if (size >= maxItems || items.size >= maxItemsPerKey) return false;
      items.add(item);
      turns.set(key, items);
      size += 1;
      return true;
    },
    shift(isReady = () => true) {
      const next = firstReady(turns, isReady);
      if (next === undefined) return undefined;
      const [key, items] = next;
      const [item] = items;
      turns.delete(key);
      if (item === undefined) return undefined;
      items.delete(item);
      size -= 1;
      if (items.size > 0) turns.set(key, items);
      return item;
    },
    remove(key, item) {
      const items = turns.get(key);
      if (items?.delete(item) !== true) return false;
      if (items.size === 0) turns.delete(key);
      size -= 1;
      return true;
    },
  };
}

function firstReady<Items>(
  turns: ReadonlyMap<string, Items>,
  isReady: (key: string) => boolean,
): readonly [string, Items] | undefined {
  for (const turn of turns) if (isReady(turn[0])) return turn;
  return undefined;
}

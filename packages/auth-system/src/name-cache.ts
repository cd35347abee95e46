import type { Account } from '@ftpd/auth';

export interface NameCacheOptions {
  /** Names of users, and as many of groups, that are kept. */
  readonly maxEntries?: number;
  /** Milliseconds that a name, or that there is none, is believed. */
  readonly ttlMs?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/** Names by number and back, answered at once from what is known; what is not known is asked for meanwhile. */
export interface NameCache {
  readonly userName: (uid: number) => string | undefined;
  readonly groupName: (gid: number) => string | undefined;
  readonly groupId: (name: string) => number | undefined;
  /** The names of an account that was found on another way: the owner of most files that its session lists. */
  remember(account: Account): void;
}

/** Where names come from. Undefined: there is none. */
export interface NameSource {
  readonly userName: (uid: number) => Promise<string | undefined>;
  readonly groupName: (gid: number) => Promise<string | undefined>;
  readonly groupId: (name: string) => Promise<number | undefined>;
}

interface Shelf<Key, Value> {
  /** Undefined also while it is being asked for. */
  get(key: Key): Value | undefined;
  put(key: Key, value: Value | undefined): void;
}

/** Names that are asked for at once; more are shown as numbers meanwhile. */
const maxUnderWay = 64;

export function createNameCache(
  asks: NameSource,
  { maxEntries = 4096, ttlMs = 60_000, now = () => performance.now() }: NameCacheOptions = {},
): NameCache {
  function shelf<Key, Value>(ask: (key: Key) => Promise<Value | undefined>): Shelf<Key, Value> {
    const known = new Map<Key, { readonly value: Value | undefined; readonly untilMs: number }>();
    const underWay = new Set<Key>();

    const isFresh = (key: Key): boolean => (known.get(key)?.untilMs ?? -Infinity) > now();

    function put(key: Key, value: Value | undefined): void {
      known.delete(key);
      known.set(key, { value, untilMs: now() + ttlMs });
      if (known.size <= maxEntries) return;
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }

    async function learn(key: Key): Promise<void> {
      // An outage is remembered like a miss: a listing of a thousand files must not ask a thousand times.
      put(key, await ask(key).catch(() => known.get(key)?.value));
      underWay.delete(key);
    }

    return {
      put,
      get(key) {
        // The old answer serves while the new one is on its way.
        if (!isFresh(key) && !underWay.has(key) && underWay.size < maxUnderWay) {
          underWay.add(key);
          void learn(key);
        }
        return known.get(key)?.value;
      },
    };
  }

  const users = shelf(asks.userName);
  const groups = shelf(asks.groupName);
  const groupIds = shelf(asks.groupId);

  return {
    userName: (uid) => users.get(uid),
    groupName: (gid) => groups.get(gid),
    groupId: (name) => groupIds.get(name),
    remember({ user, uid, gid, group }) {
      users.put(uid, user);
      if (group === undefined) return;
      groups.put(gid, group);
      groupIds.put(group, gid);
    },
  };
}

import type { Cache } from '@ftpd/cache';
import type { ModuleContext } from '@ftpd/module';

/** What hooks and calls that began under the last configuration may still need, in ms. */
const graceMs = 30_000;

/** The open caches of a module, each store once however many servers of the configuration name it. */
export interface CachePool {
  /** Follows a configuration: what is not asked for from now on is closed after a while. */
  follow(context: ModuleContext): void;
  /**
   * @param context - Of the configuration that asks; it need not be followed yet.
   * @param store - Says which store is meant: its options as text. May hold secrets; it is kept, never shown.
   * @param open - Called if it is not open.
   */
  of(context: ModuleContext, store: string, open: () => Promise<Cache>): Promise<Cache>;
  close(): Promise<void>;
}

interface Entry {
  readonly cache: Promise<Cache>;
  isWanted: boolean;
}

export function createCachePool(): CachePool {
  const entries = new Map<string, Entry>();
  const timers = new Set<NodeJS.Timeout>();
  let followed: ModuleContext | undefined;

  function closeUnwanted(): void {
    for (const [store, { cache, isWanted }] of entries) {
      if (isWanted) continue;
      entries.delete(store);
      void cache.then((open) => open.close()).catch(() => undefined);
    }
  }

  function follow(context: ModuleContext): void {
    if (context === followed) return;
    followed = context;
    for (const entry of entries.values()) entry.isWanted = false;
    const timer = setTimeout(() => {
      timers.delete(timer);
      closeUnwanted();
    }, graceMs);
    timers.add(timer.unref());
  }

  return {
    follow,
    of(context, store, open) {
      follow(context);
      const known = entries.get(store);
      if (known !== undefined) {
        known.isWanted = true;
        return known.cache;
      }
      const entry: Entry = { cache: open(), isWanted: true };
      entries.set(store, entry);
      entry.cache.catch(() => {
        if (entries.get(store) === entry) entries.delete(store);
      });
      return entry.cache;
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      const open = [...entries.values()];
      entries.clear();
      await Promise.all(
        open.map(async ({ cache }) => (await cache).close()).map((end) => end.catch(() => undefined)),
      );
    },
  };
}

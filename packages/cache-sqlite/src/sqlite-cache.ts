import { countUp, createCache, createVersionKind } from '@ftpd/cache';
import type { Cache, CacheBackend, CacheCall, Expiry } from '@ftpd/cache';
import { openDatabase, whenUnlocked, type Statements } from './database.ts';

export interface SqliteCacheOptions {
  /** The file; made, readable by this user only, if it is missing. Its folder has to be there, on a local disk. */
  readonly path: string;
  /** For logs and events. Default `sqlite`. */
  readonly name?: string;
  /** Milliseconds for calls that say nothing of their own, > 0. Default 1000. */
  readonly deadlineMs?: number;
  /** The largest file, in bytes; what would make it larger is CACHE_FULL. Default 256 MiB. */
  readonly maxBytes?: number;
}

type Row = { readonly value: Uint8Array; readonly version: number } | undefined;
type Change = 'set' | 'add' | 'replace' | 'delete' | 'touch';

/** How many writes there are between two that also remove what has ended. */
const writesPerSweep = 100;

/**
 * A cache in one file, shared by the processes of this host, which survives restarts. A lock of another process is waited
 * for without stopping the event loop, until the deadline.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function createSqliteCache(options: SqliteCacheOptions): Cache {
  const { path, name = 'sqlite', deadlineMs = 1000, maxBytes = 256 * 1024 * 1024 } = options;
  return createCache(sqliteBackend(path, maxBytes), { name, deadlineMs });
}

function sqliteBackend(path: string, maxBytes: number): CacheBackend {
  const versions = createVersionKind<number>();
  let opened: Statements | undefined;
  let writes = 0;

  const attempt = <T>(call: CacheCall, act: (statements: Statements) => T): Promise<T> =>
    whenUnlocked(call, () => act((opened ??= openDatabase(path, maxBytes))));
  const now = (): { nowMs: number } => ({ nowMs: Date.now() });
  const end = (expiry: Expiry | undefined): { endsAtMs: number | null } => ({
    endsAtMs: expiry?.atMs ?? null,
  });
  const find = ({ get }: Statements, key: Uint8Array): Row => get.get({ key, ...now() }) as Row;
  /** @returns whether something changed. */
  const change = (call: CacheCall, what: Change, values: Parameters<Statements['set']['run']>[0]) =>
    attempt(call, (statements) => {
      if (++writes % writesPerSweep === 0) statements.sweep.run(now());
      return Number(statements[what].run(values).changes) > 0;
    });

  return {
    capabilities: {
      isShared: true,
      isDurable: true,
      ttlResolutionMs: 1,
      maxValueBytes: 1_000_000,
      maxKeyBytes: 250,
    },
    get: (key, call) => attempt(call, (statements) => find(statements, key)?.value),
    getEntry: (key, call) =>
      attempt(call, (statements) => {
        const row = find(statements, key);
        return row && { value: row.value, version: versions.seal(row.version) };
      }),
    async set(key, value, expiry, call) {
      await change(call, 'set', { key, value, ...end(expiry) });
    },
    add: (key, value, expiry, call) => change(call, 'add', { key, value, ...end(expiry), ...now() }),
    replace: (key, version, value, expiry, call) =>
      change(call, 'replace', { key, version: versions.open(version), value, ...end(expiry), ...now() }),
    delete: (key, call) => change(call, 'delete', { key, ...now() }),
    increment: (key, delta, expiry, call) =>
      attempt(call, (statements) => {
        statements.begin.run();
        try {
          const row = find(statements, key);
          const count = row === undefined ? delta : countUp(row.value, delta);
          const value = Buffer.from(String(count));
          if (row === undefined) statements.set.run({ key, value, ...end(expiry) });
          else statements.count.run({ key, value });
          statements.commit.run();
          return count;
        } finally {
          if (statements.database.isTransaction) statements.database.exec('ROLLBACK');
        }
      }),
    touch: (key, expiry, call) => change(call, 'touch', { key, ...end(expiry), ...now() }),
    close: () => opened?.database.close(),
  };
}

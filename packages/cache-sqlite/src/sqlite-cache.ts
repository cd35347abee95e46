import {
  countUp,
  createCache,
  createVersionKind,
  type Answer,
  type Cache,
  type CacheBackend,
  type Expiry,
} from '@ftpd/cache';
import { createPatientDatabase } from './patient-database.ts';

export interface SqliteCacheOptions {
  /** The file; made, readable by this user only, if it is missing. Its folder has to be there, on a local disk. */
  readonly path: string;
  /** For logs and events. Default `sqlite`. */
  readonly name?: string;
  /** Milliseconds for calls that say nothing of their own, > 0. Default 1000. */
  readonly deadlineMs?: number;
  /** The largest file, in bytes; beyond it what is stored anew is CACHE_FULL. Default 256 MiB. */
  readonly maxBytes?: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB, version INTEGER, endsAtMs INTEGER);
  CREATE INDEX IF NOT EXISTS entriesByEnd ON entries (endsAtMs) WHERE endsAtMs IS NOT NULL;`;

const isAlive = '(endsAtMs IS NULL OR endsAtMs > :nowMs)';
/** A number that no other value of the entry had. */
const newVersion = 'abs(random() % 9007199254740991)';
// An empty buffer would be stored as NULL.
const insert = `INSERT INTO entries VALUES (:key, coalesce(:value, zeroblob(0)), ${newVersion}, :endsAtMs)`;
const overwrite = 'value = excluded.value, version = excluded.version, endsAtMs = excluded.endsAtMs';

const sql = {
  get: `SELECT value, version FROM entries WHERE key = :key AND ${isAlive}`,
  set: `${insert} ON CONFLICT DO UPDATE SET ${overwrite}`,
  add: `${insert} ON CONFLICT DO UPDATE SET ${overwrite} WHERE NOT ${isAlive}`,
  replace: `UPDATE entries SET value = coalesce(:value, zeroblob(0)), version = ${newVersion}, endsAtMs = :endsAtMs
    WHERE key = :key AND version = :version AND ${isAlive}`,
  count: `UPDATE entries SET value = :value, version = ${newVersion} WHERE key = :key`,
  delete: `DELETE FROM entries WHERE key = :key AND ${isAlive}`,
  touch: `UPDATE entries SET endsAtMs = :endsAtMs WHERE key = :key AND ${isAlive}`,
  sweep: 'DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE endsAtMs <= :nowMs LIMIT 200)',
} as const;

/** How many writes there are between two that also remove what has ended. */
const writesPerSweep = 100;

/**
 * A cache in one file, shared by the processes of this host, which survives restarts. A lock of another process is waited
 * for without stopping the event loop, until the deadline.
 * @throws {CacheError} CACHE_BAD_OPTION
 */
export function createSqliteCache({
  path,
  name = 'sqlite',
  deadlineMs = 1000,
  maxBytes = 256 * 1024 * 1024,
}: SqliteCacheOptions): Cache {
  return createCache(sqliteBackend(path, maxBytes), { name, deadlineMs });
}

function sqliteBackend(path: string, maxBytes: number): CacheBackend {
  const database = createPatientDatabase({ path, maxBytes, schema, sql });
  const versions = createVersionKind<number>();
  let writes = 0;

  /** @returns whether a statement changed something. */
  const change = (
    statement: keyof typeof sql,
    parameters: Record<string, Uint8Array | number | null>,
    call: { readonly isOver: boolean },
  ): Answer<boolean> =>
    database.attempt(call, (run) => {
      if (++writes % writesPerSweep === 0) run('sweep', { nowMs: Date.now() });
      return run(statement, parameters).changes > 0;
    });
  const now = (): { nowMs: number } => ({ nowMs: Date.now() });
  const end = (expiry: Expiry | undefined): { endsAtMs: number | null } => ({
    endsAtMs: expiry?.atMs ?? null,
  });

  return {
    capabilities: {
      isShared: true,
      isDurable: true,
      ttlResolutionMs: 1,
      maxValueBytes: 1_000_000,
      maxKeyBytes: 250,
    },
    get: (key, call) => database.attempt(call, (run) => run('get', { key, ...now() }).row?.value),
    getEntry: (key, call) =>
      database.attempt(call, (run) => {
        const { row } = run('get', { key, ...now() });
        return row && { value: row.value, version: versions.seal(row.version) };
      }),
    set: (key, value, expiry, call) => {
      const done = change('set', { key, value, ...end(expiry) }, call);
      return done instanceof Promise ? done.then(() => {}) : undefined;
    },
    add: (key, value, expiry, call) => change('add', { key, value, ...end(expiry), ...now() }, call),
    replace: (key, version, value, expiry, call) =>
      change('replace', { key, version: versions.open(version), value, ...end(expiry), ...now() }, call),
    delete: (key, call) => change('delete', { key, ...now() }, call),
    increment: (key, delta, expiry, call) =>
      database.attempt(call, (run) =>
        run.together(() => {
          const { row } = run('get', { key, ...now() });
          const count = row === undefined ? delta : countUp(row.value, delta);
          const value = Buffer.from(String(count));
          if (row === undefined) run('set', { key, value, ...end(expiry) });
          else run('count', { key, value });
          return count;
        }),
      ),
    touch: (key, expiry, call) => change('touch', { key, ...end(expiry), ...now() }, call),
    close: () => database.close(),
  };
}

import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CacheError } from '@ftpd/cache';

/** To the end of its last millisecond: its lifetime began somewhere within one, and must not end early. */
const isAlive = '(endsAtMs IS NULL OR endsAtMs >= :nowMs)';
/** A number that no other value of the entry had. */
const newVersion = 'abs(random() % 9007199254740991)';
const insert = `INSERT INTO entries VALUES (:key, :value, ${newVersion}, :endsAtMs)
  ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version, endsAtMs = excluded.endsAtMs`;

const sql = {
  get: `SELECT value, version FROM entries WHERE key = :key AND ${isAlive}`,
  set: insert,
  add: `${insert} WHERE NOT ${isAlive}`,
  replace: `UPDATE entries SET value = :value, version = ${newVersion}, endsAtMs = :endsAtMs
    WHERE key = :key AND version = :version AND ${isAlive}`,
  count: `UPDATE entries SET value = :value, version = ${newVersion} WHERE key = :key`,
  delete: `DELETE FROM entries WHERE key = :key AND ${isAlive}`,
  touch: `UPDATE entries SET endsAtMs = :endsAtMs WHERE key = :key AND ${isAlive}`,
  sweep: 'DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE endsAtMs < :nowMs LIMIT 200)',
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
} as const;

const pageBytes = 4096;

export type Statements = Readonly<Record<keyof typeof sql, StatementSync>> & {
  readonly database: DatabaseSync;
};

/** Opens the file or makes it; waits for nobody. */
export function openDatabase(path: string, maxBytes: number): Statements {
  // SQLite would make a file that all can read; those beside it get the same mode.
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA max_page_count = ${Math.ceil(maxBytes / pageBytes)};
      CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB, version INTEGER, endsAtMs INTEGER);
      CREATE INDEX IF NOT EXISTS entriesByEnd ON entries (endsAtMs) WHERE endsAtMs IS NOT NULL;`);
    const statements = Object.entries(sql).map(([name, text]) => [name, database.prepare(text)] as const);
    return { ...(Object.fromEntries(statements) as unknown as Statements), database };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite's result codes: somebody else has the lock; there is no room. https://sqlite.org/rescode.html */
const lockedCodes = [5, 6];
const fullCode = 13;

/** Does something now; or, while another process has the lock, again and again until the call is over. */
export async function whenUnlocked<T>(call: { readonly isOver: boolean }, act: () => T): Promise<T> {
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 20)) {
    try {
      return act();
    } catch (error) {
      const code = ((error as { readonly errcode?: number }).errcode ?? 0) & 0xff;
      if (code === fullCode) throw new CacheError('CACHE_FULL', { cause: error });
      if (!lockedCodes.includes(code)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (call.isOver) throw new CacheError('CACHE_TIMEOUT');
  }
}

import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CacheError, type Answer } from '@ftpd/cache';

/** SQLite's result codes: somebody else has the lock, or there is no room. https://sqlite.org/rescode.html */
const busyCodes = [5, 6];
const fullCode = 13;

const pageBytes = 4096;

export interface Row {
  readonly value: Uint8Array;
  readonly version: number;
}

/** Runs one statement. */
export interface Run<Name extends string> {
  (
    name: Name,
    parameters: Record<string, Uint8Array | number | null>,
  ): { readonly row: Row | undefined; readonly changes: number };
  /** Runs several statements as one. */
  together<T>(act: () => T): T;
}

export interface PatientDatabase<Name extends string> {
  /** Does something now; or, while another process has the lock, again and again until the call is over. */
  attempt<T>(call: { readonly isOver: boolean }, act: (run: Run<Name>) => T): Answer<T>;
  close(): void;
}

export interface PatientDatabaseOptions<Name extends string> {
  readonly path: string;
  readonly maxBytes: number;
  readonly schema: string;
  readonly sql: Readonly<Record<Name, string>>;
}

/** A database that is opened when it is first needed, and never makes the event loop wait for a lock. */
export function createPatientDatabase<Name extends string>({
  path,
  maxBytes,
  schema,
  sql,
}: PatientDatabaseOptions<Name>): PatientDatabase<Name> {
  let opened: { readonly database: DatabaseSync; readonly run: Run<Name> } | undefined;

  const open = (): NonNullable<typeof opened> => {
    // SQLite would give a new file to all; those beside it get the same mode.
    closeSync(openSync(path, 'a', 0o600));
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      database.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / pageBytes)}; ${schema}`);
      return { database, run: runOf(database, sql) };
    } catch (error) {
      database.close();
      throw error;
    }
  };
  const act = <T>(once: (run: Run<Name>) => T): { readonly value: T } | undefined => {
    try {
      opened ??= open();
      return { value: once(opened.run) };
    } catch (error) {
      const { errcode = 0 } = error as { readonly errcode?: number };
      if (busyCodes.includes(errcode & 0xff)) return undefined;
      throw (errcode & 0xff) === fullCode ? new CacheError('CACHE_FULL', { cause: error }) : error;
    }
  };
  const insist = async <T>(call: { readonly isOver: boolean }, once: (run: Run<Name>) => T): Promise<T> => {
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 20)) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (call.isOver) throw new CacheError('CACHE_TIMEOUT');
      const done = act(once);
      if (done !== undefined) return done.value;
    }
  };
  return {
    attempt(call, once) {
      const done = act(once);
      return done === undefined ? insist(call, once) : done.value;
    },
    close() {
      opened?.database.close();
      opened = undefined;
    },
  };
}

function runOf<Name extends string>(database: DatabaseSync, sql: Readonly<Record<Name, string>>): Run<Name> {
  const statements = new Map<Name, StatementSync>();
  const run = (name: Name, parameters: Record<string, Uint8Array | number | null>): ReturnType<Run<Name>> => {
    const statement = statements.get(name) ?? database.prepare(sql[name]);
    statements.set(name, statement);
    if (sql[name].startsWith('SELECT'))
      return { row: statement.get(parameters) as unknown as Row | undefined, changes: 0 };
    return { row: undefined, changes: Number(statement.run(parameters).changes) };
  };
  const together = <T>(act: () => T): T => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const value = act();
      database.exec('COMMIT');
      return value;
    } catch (error) {
      // Some errors have ended the transaction already.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
  return Object.assign(run, { together });
}

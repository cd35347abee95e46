import type { CacheCall } from '@ftpd/cache';
import type { Connection } from './connection.ts';
import type { Request } from './link.ts';

/** The way from a key to the server that keeps it. */
export interface Router {
  /** Whether arguments are read before `run` returns, and never again. */
  readonly readsAtOnce: boolean;
  /** Whether all keys are on one server, and a command would go out to it at once. */
  readonly isReady: boolean;
  run<Result>(key: Uint8Array, request: Request<Result>, call: CacheCall): Promise<Result>;
  /** Groups keys (by their place in `keys`) that one command may ask for together. */
  groups(keys: readonly Uint8Array[]): readonly (readonly number[])[];
  /** A connection of its own, for messages. */
  connectAside(signal: AbortSignal): Promise<Connection>;
  close(): void;
}

/** What one command asks for at the most, so that its answer stays of a size. */
const MAX_KEYS = 64;

export function chunks(indexes: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(indexes.length / MAX_KEYS) }, (_, at) =>
    indexes.slice(at * MAX_KEYS, (at + 1) * MAX_KEYS),
  );
}

import type { DirectiveRow } from '@ftpd/config';
import type { ServerLog } from '@ftpd/server';
import type { Composition } from '../composition.ts';
import type { SystemAccounts } from '../policy/system-accounts.ts';

/** What a request works with in the keeper. Paths and names that it acts on come from here, never from the server. */
export interface KeeperContext {
  /** The configuration in force, as the keeper read it. */
  readonly composition: Composition;
  /** During a reload: the one that the server is about to take over, and already reads files for. */
  readonly upcoming?: Composition;
  readonly system: SystemAccounts;
  readonly log: ServerLog;
  /** Aborted at the request's deadline, and when the server that asked is gone. */
  readonly signal: AbortSignal;
  /**
   * Has `end` run once the server that asked is gone, however it ended: for what a request leaves open, such as a PAM
   * session. Call the function that is returned when there is nothing to end any more.
   */
  readonly whenServerEnds: (end: () => void) => () => void;
}

/** Every value of a directive in the configuration in force, and in the one that a reload brings. */
export function configuredValues<T>(
  { composition, upcoming }: Pick<KeeperContext, 'composition' | 'upcoming'>,
  row: DirectiveRow<T>,
): readonly T[] {
  return [composition, ...(upcoming === undefined ? [] : [upcoming])].flatMap(({ moduleContext }) =>
    moduleContext.everywhere(row),
  );
}

/** A value, and the descriptors that go to the server with it. The keeper closes its own copies. */
export interface KeeperAnswer<Output> {
  readonly value: Output;
  readonly descriptors?: readonly number[];
}

/**
 * One kind of request that the server may send to the keeper. The server is not trusted: `check` sees what it sent.
 * Input and output travel as JSON.
 */
export interface KeeperRequest<Input, Output> {
  readonly name: string;
  /** After this long the server hears KEEPER_TIMEOUT, and `signal` is aborted. */
  readonly deadlineMs: number;
  /** Requests of this kind under way; more are answered KEEPER_BUSY. Default: 64. */
  readonly maxParallel?: number;
  /** @throws {KeeperError} KEEPER_BAD_REQUEST. Any other error is taken for that too. */
  check(input: unknown): Input;
  handle(input: Input, keeper: KeeperContext): Promise<KeeperAnswer<Output>>;
}

/** The server's side of the requests. */
export interface KeeperClient {
  /** @throws {KeeperError} whatever goes wrong. */
  ask<Input, Output>(request: KeeperRequest<Input, Output>, input: Input): Promise<Output>;
  /** As `ask`; the caller owns the descriptors. */
  askForDescriptors<Input, Output>(
    request: KeeperRequest<Input, Output>,
    input: Input,
  ): Promise<{ readonly value: Output; readonly descriptors: readonly number[] }>;
}

import { closeSync } from 'node:fs';
import type { ServerLog } from '@ftpd/server';
import { isKeeperError, KeeperError } from './keeper-error.ts';
import type { KeeperAnswer, KeeperContext, KeeperRequest } from './request.ts';

/** A request as it came. */
export interface Asked {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

export type Outcome =
  | { readonly value: unknown; readonly descriptors: readonly number[] }
  | { readonly error: KeeperError };

export interface DispatcherOptions {
  readonly requests: readonly KeeperRequest<unknown, unknown>[];
  readonly context: () => Pick<KeeperContext, 'composition' | 'upcoming' | 'system'>;
  readonly log: ServerLog;
  /** Sends the answer. The descriptors are closed when it returns. */
  readonly answer: (id: number, outcome: Outcome) => void;
}

/** The requests of one server. */
export interface Dispatcher {
  take(asked: Asked): void;
  /** The server is gone: what is under way is aborted, what it left open is ended. */
  end(): void;
}

const defaultParallel = 64;
/** Lines about refused requests, until the server is replaced: a server gone wrong must not fill the log. */
const maxComplaints = 100;

export function createDispatcher({ requests, context, log, answer }: DispatcherOptions): Dispatcher {
  const rows = new Map(requests.map((row) => [row.name, { row, underWay: 0 }]));
  const ended = new AbortController();
  const leftOpen = new Set<() => void>();
  let complaints = 0;

  function complain(text: string): void {
    complaints += 1;
    if (complaints <= maxComplaints) log('warning', `keeper: ${text}`);
    if (complaints === maxComplaints) log('warning', 'keeper: no more is said about refused requests');
  }

  async function run(row: KeeperRequest<unknown, unknown>, input: unknown): Promise<KeeperAnswer<unknown>> {
    const deadline = AbortSignal.timeout(row.deadlineMs);
    const handled = row.handle(input, {
      ...context(),
      log,
      signal: AbortSignal.any([deadline, ended.signal]),
      whenServerEnds(end) {
        if (ended.signal.aborted) end();
        else leftOpen.add(end);
        return () => void leftOpen.delete(end);
      },
    });
    // What comes too late is thrown away, its descriptors closed.
    let isLate = false;
    handled.then(
      ({ descriptors }) => {
        if (isLate) closeAll(descriptors);
      },
      () => undefined,
    );
    return await new Promise((resolve, reject) => {
      const onDeadline = (): void => {
        isLate = true;
        reject(new KeeperError('KEEPER_TIMEOUT', row.name));
      };
      deadline.addEventListener('abort', onDeadline, { once: true });
      handled.then(resolve, reject).finally(() => deadline.removeEventListener('abort', onDeadline));
    });
  }

  async function serve({ id, name, input }: Asked): Promise<void> {
    const entry = rows.get(name);
    if (entry === undefined)
      return refuse(id, new KeeperError('KEEPER_UNKNOWN_REQUEST', JSON.stringify(name)));
    const { row } = entry;
    let checked: unknown;
    try {
      checked = row.check(input);
    } catch (error) {
      return refuse(
        id,
        isKeeperError(error) ? error : new KeeperError('KEEPER_BAD_REQUEST', name, error),
        name,
      );
    }
    if (entry.underWay >= (row.maxParallel ?? defaultParallel))
      return refuse(id, new KeeperError('KEEPER_BUSY', name), name);
    entry.underWay += 1;
    try {
      const { value, descriptors = [] } = await run(row, checked);
      try {
        if (!ended.signal.aborted) answer(id, { value, descriptors });
      } finally {
        closeAll(descriptors);
      }
    } catch (error) {
      if (ended.signal.aborted) return;
      if (isKeeperError(error)) return refuse(id, error, name);
      log('error', `keeper: ${name} failed: ${error instanceof Error ? error.message : String(error)}`);
      answer(id, { error: new KeeperError('KEEPER_FAILED', name) });
    } finally {
      entry.underWay -= 1;
    }
  }

  function refuse(id: number, error: KeeperError, name?: string): void {
    complain(name === undefined ? error.message : `${name}: ${error.message}`);
    answer(id, { error });
  }

  return {
    take(asked) {
      serve(asked).catch((error: unknown) =>
        log('error', `keeper: an answer could not be given: ${String(error)}`),
      );
    },
    end() {
      ended.abort();
      for (const end of leftOpen) end();
      leftOpen.clear();
    },
  };
}

function closeAll(descriptors: readonly number[] = []): void {
  for (const descriptor of descriptors) closeSync(descriptor);
}

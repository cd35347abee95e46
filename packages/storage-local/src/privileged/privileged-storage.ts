import {
  StorageError,
  type EnterOptions,
  type Identity,
  type Storage,
  type StorageView,
} from '@ftpd/storage';
import { availableParallelism } from 'node:os';
import { storageErrorOf } from '../errno.ts';
import type { KernelSending } from '../file-sender.ts';
import { createIoThreads } from '../io-threads.ts';
import { namesFor, remembered } from '../local-stat.ts';
import { createMountTable } from '../mount-table.ts';
import type { ChangeOwner } from './ownership.ts';
import { PrivilegedView } from './privileged-view.ts';
import { openSessionRoot, type OpenRoot } from './session-root.ts';
import { WorkerPool } from './worker-pool.ts';
import type { FileIdentity } from './worker-protocol.ts';

export interface PrivilegedStorageOptions {
  /** The name of a user by number, for listings. Default: none is known. Answers are remembered for a minute. */
  readonly userName?: (uid: number) => string | undefined;
  /** The name of a group by number. Default: none is known. */
  readonly groupName?: (gid: number) => string | undefined;
  /**
   * Opens the root of a session (O_PATH | O_DIRECTORY) when the user may not pass a folder above it, with more rights
   * than the storage has; the storage closes the descriptor. Default: such a root is STORAGE_DENIED.
   */
  readonly openRoot?: OpenRoot;
  /**
   * Gives new files and folders to an `owner`, and then also to a `group` that the user is not in. Default: they stay the user's, and
   * `onWarning` is told.
   */
  readonly changeOwner?: ChangeOwner;
  /** Storage threads at the most. The operations on one device take a quarter of them. Default 16. */
  readonly maxWorkers?: number;
  /** Threads of libuv (UV_THREADPOOL_SIZE). Reads and writes on one device take a quarter of them. Default 4, as libuv. */
  readonly ioThreads?: number;
  /** After how many milliseconds a call that does not come back is STORAGE_TIMEOUT. Default 30,000. */
  readonly timeoutMs?: number;
  /** Told in a sentence what was left undone though the operation went well. Default: nobody is. */
  readonly onWarning?: (message: string) => void;
  /** The threads' program. Default: `storage-worker` beside this module; give it when a bundler moved this module. */
  readonly workerUrl?: URL;
  /** False: as where unshare(2) is refused; start the process with a umask of 077 then. Default true. */
  readonly separatesThreads?: boolean;
  /** Lets the kernel send files into sockets (`OpenFile.sendTo`). Default: files can only be read. */
  readonly kernel?: KernelSending;
  /** The clock, in ms. Default: `Date.now`. */
  readonly now?: () => number;
}

const namesKeptMs = 60_000;
const defaultTimeoutMs = 30_000;
const keptIdentities = 4096;

/**
 * The local disk, used with the rights of each view's user, in threads that act as that user. Linux with /proc, as root or
 * with CAP_SETUID and CAP_SETGID, and with @ftpd/posix. Nobody is served with uid 0.
 * @throws {StorageError} STORAGE_UNSUPPORTED where threads can't act as users; `cause` says why.
 */
export async function createPrivilegedStorage(options: PrivilegedStorageOptions = {}): Promise<Storage> {
  const pool = await startPool(options);
  const storage = storageOnPool(pool, options);
  return {
    ...storage,
    async close(): Promise<void> {
      await storage.close();
      await pool.close();
    },
  };
}

/** The threads of a storage. @throws {StorageError} STORAGE_UNSUPPORTED */
export async function startPool({
  maxWorkers = 16,
  timeoutMs = defaultTimeoutMs,
  workerUrl = new URL(`./storage-worker${ownExtension()}`, workerBase()),
  separatesThreads = true,
}: PrivilegedStorageOptions): Promise<WorkerPool> {
  const pool = new WorkerPool({
    maxWorkers,
    usualWorkers: Math.min(maxWorkers, Math.max(3, Math.min(availableParallelism(), 4) + 1)),
    mounts: createMountTable(),
    timeoutMs,
    url: workerUrl,
    separatesThread: separatesThreads,
  });
  try {
    await pool.start();
    return pool;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** A storage on threads that somebody else ends. */
export function storageOnPool(pool: WorkerPool, options: PrivilegedStorageOptions): Storage {
  const {
    userName = () => undefined,
    groupName = () => undefined,
    ioThreads = 4,
    timeoutMs = defaultTimeoutMs,
    onWarning = () => {},
    now = Date.now,
  } = options;
  const threads = createIoThreads(ioThreads, timeoutMs);
  const system = {
    userName: remembered(userName, namesKeptMs, now),
    groupName: remembered(groupName, namesKeptMs, now),
  };
  const shared = sharedIdentities();
  const views = new Set<StorageView>();
  let isClosed = false;
  const isEnded = (signal: AbortSignal | undefined): boolean => isClosed || signal?.aborted === true;
  return {
    capabilities: { symlinks: true, modes: true, groups: true, enforcesIdentity: true },
    async enter({ root, identity, signal }: EnterOptions): Promise<StorageView> {
      if (isEnded(signal)) throw new StorageError('STORAGE_CLOSED');
      if (!root.startsWith('/') || root.includes('\0')) throw new StorageError('STORAGE_BAD_NAME');
      if (identity.uid === 0) throw new StorageError('STORAGE_DENIED');
      const fileIdentity = shared(identity);
      const opened = await openSessionRoot({
        pool,
        identity,
        fileIdentity,
        root,
        openRoot: options.openRoot,
        isEnded: () => isEnded(signal),
      }).catch((error: unknown) => {
        throw storageErrorOf(error);
      });
      const onClose = (): void => {
        views.delete(view);
        signal?.removeEventListener('abort', abort);
      };
      const view: StorageView = new PrivilegedView({
        pool,
        threads,
        root: opened,
        identity: fileIdentity,
        names: namesFor(identity, system),
        changeOwner: options.changeOwner,
        kernel: options.kernel,
        onWarning,
        onClose,
      });
      const abort = (): void => void view.close().catch(() => {});
      if (isEnded(signal)) {
        await view.close();
        throw new StorageError('STORAGE_CLOSED');
      }
      views.add(view);
      signal?.addEventListener('abort', abort, { once: true });
      return view;
    },
    async close(): Promise<void> {
      isClosed = true;
      await Promise.all([...views].map((view) => view.close()));
      threads.close();
    },
  };
}

/** One object for one identity, so that "the same user as before" is a comparison of references. */
function sharedIdentities(): (identity: Identity) => FileIdentity {
  const known = new Map<string, FileIdentity>();
  return ({ uid, gid, groups }) => {
    const sorted = [...new Set(groups)].sort((left, right) => left - right);
    const key = `${uid}:${gid}:${sorted.join()}`;
    let identity = known.get(key);
    if (identity === undefined) {
      if (known.size >= keptIdentities) known.clear();
      identity = { uid, gid, groups: sorted };
      known.set(key, identity);
    }
    return identity;
  };
}

/** Built, everything stands in one folder; in the sources the threads' program has one of its own. */
function workerBase(): string {
  return ownExtension() === '.ts' ? new URL('../worker/', import.meta.url).href : import.meta.url;
}

/** `.ts` from the sources, `.js` or `.cjs` when built: the threads' program stands there in the same form. */
function ownExtension(): string {
  return /\.[cm]?[jt]s$/.exec(new URL(import.meta.url).pathname)?.[0] ?? '.js';
}

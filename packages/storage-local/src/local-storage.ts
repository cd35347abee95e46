import { constants } from 'node:fs';
import { StorageError, type EnterOptions, type Storage, type StorageView } from '@ftpd/storage';
import type { Confinement } from './confinement.ts';
import { confineByDescriptors } from './descriptor-walk.ts';
import { storageErrorOf } from './errno.ts';
import type { KernelSending } from './file-sender.ts';
import { namesFor, remembered } from './local-stat.ts';
import { LocalView } from './local-view.ts';
import { confineByPaths, unconfined } from './path-walk.ts';
import { realName } from './real-name.ts';
import { access, lstat, realpath } from './system-calls.ts';

export interface LocalStorageOptions {
  /** The name of a user by number, for listings. Default: none is known. Answers are remembered for a minute. */
  readonly userName?: (uid: number) => string | undefined;
  /** The name of a group by number. Default: none is known. */
  readonly groupName?: (gid: number) => string | undefined;
  /** How many entries of a listing are looked at, at a time; each takes a thread of libuv's pool. Default 32. */
  readonly statConcurrency?: number;
  /**
   * How views stay below their root. `descriptors` needs Linux with /proc and withstands races; `paths` works
   * everywhere. Default: `descriptors` where it works.
   */
  readonly confinement?: 'descriptors' | 'paths';
  /** Lets the kernel send files into sockets (`OpenFile.sendTo`). Default: files can only be read. */
  readonly kernel?: KernelSending;
  /** The clock, in ms. Default: `Date.now`. */
  readonly now?: () => number;
}

const namesKeptMs = 60_000;

/**
 * The local disk, used with the rights of the process: identities serve for names only. Who runs as root must not use
 * it for others.
 */
export function createLocalStorage(options: LocalStorageOptions = {}): Storage {
  const {
    userName = () => undefined,
    groupName = () => undefined,
    statConcurrency = 32,
    now = Date.now,
  } = options;
  const system = {
    userName: remembered(userName, namesKeptMs, now),
    groupName: remembered(groupName, namesKeptMs, now),
  };
  const views = new Set<StorageView>();
  let isClosed = false;
  return {
    capabilities: { symlinks: true, modes: true, groups: true, enforcesIdentity: false },
    async enter({ root, identity, signal }: EnterOptions): Promise<StorageView> {
      const confinement = await confine(root, options.confinement);
      if (isClosed || signal?.aborted === true) {
        confinement.close();
        throw new StorageError('STORAGE_CLOSED');
      }
      const onClose = (): void => {
        views.delete(view);
        signal?.removeEventListener('abort', abort);
      };
      const view: StorageView = new LocalView({
        confinement,
        names: namesFor(identity, system),
        statConcurrency,
        ...(options.kernel && { kernel: options.kernel }),
        onClose,
      });
      const abort = (): void => void view.close().catch(() => {});
      views.add(view);
      signal?.addEventListener('abort', abort, { once: true });
      return view;
    },
    async close(): Promise<void> {
      isClosed = true;
      await Promise.all([...views].map((view) => view.close()));
    },
  };
}

async function confine(root: string, wanted: LocalStorageOptions['confinement']): Promise<Confinement> {
  if (!root.startsWith('/') || root.includes('\0')) throw new StorageError('STORAGE_BAD_NAME');
  try {
    const held = wanted === 'paths' ? undefined : await confineByDescriptors(root);
    if (held !== undefined) return held;
    const real = await realpath(realName(root));
    if (!(await lstat(realName(real))).isDirectory()) throw new StorageError('STORAGE_NOT_DIRECTORY');
    await access(realName(real), constants.X_OK);
    if (real === '/') return unconfined();
    if (wanted === 'descriptors') throw new StorageError('STORAGE_UNSUPPORTED');
    return confineByPaths(real);
  } catch (error) {
    throw storageErrorOf(error);
  }
}

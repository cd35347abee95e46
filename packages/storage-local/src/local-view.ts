import { constants } from 'node:fs';
import { StorageError, isStorageError, joinPath, rootPath } from '@ftpd/storage';
import type {
  DirectoryEntry,
  FileStat,
  FileTimes,
  ListOptions,
  NewFolderOptions,
  OpenFile,
  RemovedFile,
  StorageView,
  VirtualPath,
  WalkOptions,
  WriteOptions,
} from '@ftpd/storage';
import type { Confinement, Located } from './confinement.ts';
import type { KernelSending } from './file-sender.ts';
import { openListing, type LocalListing } from './local-listing.ts';
import { LocalOpenFile, type OpenAccess } from './local-open-file.ts';
import { describeStats, type OwnerNames } from './local-stat.ts';
import { giveOwners, openForReading, openForWriting, type Opened } from './opening.ts';
import { OperationScope } from './operation-scope.ts';
import { realName, type RealName } from './real-name.ts';
import {
  access,
  chmod,
  chown,
  freeBytesAt,
  lstat,
  mkdir,
  rename,
  rmdir,
  symlink,
  unlink,
  utimes,
} from './system-calls.ts';

export interface LocalViewOptions {
  readonly confinement: Confinement;
  readonly names: OwnerNames;
  /** How many entries of a listing are looked at, at a time. */
  readonly statConcurrency: number;
  readonly kernel?: KernelSending;
  readonly onClose: () => void;
}

type Existing = Located & Required<Pick<Located, 'stats'>>;

/** A folder of the disk as the root of one session, used with the rights of the process. */
export class LocalView implements StorageView {
  readonly #options: LocalViewOptions;
  readonly #scope = new OperationScope();
  #closing: Promise<void> | undefined;

  constructor(options: LocalViewOptions) {
    this.#options = options;
  }

  stat(path: VirtualPath, options: { readonly followsSymlinks?: boolean } = {}): Promise<FileStat> {
    const { names } = this.#options;
    return this.#existing(path, options.followsSymlinks !== false, async ({ stats, target }) =>
      describeStats(stats, names, target),
    );
  }

  resolve(path: VirtualPath, options: { readonly mayBeMissing?: boolean } = {}): Promise<VirtualPath> {
    return this.#located(
      path,
      { followsLast: true, mayBeMissing: options.mayBeMissing === true },
      async (located) => located.path,
    );
  }

  async *list(path: VirtualPath, options: ListOptions = {}): AsyncGenerator<readonly DirectoryEntry[], void> {
    const listing = await this.#openListing(path, options);
    try {
      for (;;) {
        const entries = await this.#scope.run(path, () => listing.next());
        if (entries === undefined) return;
        if (entries.length > 0) yield entries;
      }
    } finally {
      await listing.close();
    }
  }

  openRead(path: VirtualPath): Promise<OpenFile> {
    return this.#opened(path, 'read', () => openForReading(this.#options.confinement, path));
  }

  openWrite(path: VirtualPath, options: WriteOptions): Promise<OpenFile> {
    const opensAs = options.disposition === 'append' ? 'append' : 'write';
    return this.#opened(path, opensAs, () => openForWriting(this.#options.confinement, path, options));
  }

  remove(path: VirtualPath): Promise<RemovedFile> {
    return this.#existing(path, false, async ({ stats, name }) => {
      if (stats.isDirectory()) throw new StorageError('STORAGE_IS_DIRECTORY');
      await unlink(name);
      return { sizeBytes: stats.size };
    });
  }

  makeDirectory(path: VirtualPath, options: NewFolderOptions): Promise<void> {
    const wanted = options.mode & 0o777;
    return this.#absent(path, async (located) => {
      await mkdir(located.name, wanted);
      const { mode: made } = await lstat(located.name);
      // The umask of the process may have taken bits off that the caller's had left. Setgid comes from the folder above.
      if ((made & wanted) !== wanted)
        await this.#pinned(located, (name) => chmod(name, (made & 0o7000) | wanted));
      await giveOwners(options, (uid, gid) => this.#pinned(located, (name) => chown(name, uid, gid)));
    });
  }

  removeDirectory(path: VirtualPath): Promise<void> {
    return this.#existing(path, false, async (located) => {
      if (located.path === rootPath) throw new StorageError('STORAGE_BUSY');
      await rmdir(located.name);
    });
  }

  rename(from: VirtualPath, to: VirtualPath): Promise<void> {
    return this.#existing(from, false, async (source) => {
      const target = await this.#options.confinement.locate(to, { followsLast: false, mayBeMissing: true });
      try {
        if (source.path === rootPath || target.path === rootPath) throw new StorageError('STORAGE_BUSY');
        await rename(source.name, target.name);
      } finally {
        target.release();
      }
    });
  }

  setTimes(path: VirtualPath, { modifiedMs, accessedMs }: FileTimes): Promise<void> {
    return this.#existing(path, true, (located) =>
      this.#pinned(located, (name) =>
        utimes(name, kernelTime(accessedMs ?? located.stats.atimeMs), kernelTime(modifiedMs)),
      ),
    );
  }

  setMode(path: VirtualPath, mode: number): Promise<void> {
    return this.#existing(path, true, (located) =>
      this.#pinned(located, (name) => chmod(name, mode & 0o7777)),
    );
  }

  setGroup(path: VirtualPath, gid: number): Promise<void> {
    return this.#existing(path, true, (located) => this.#pinned(located, (name) => chown(name, -1, gid)));
  }

  makeSymlink(target: string, path: VirtualPath): Promise<void> {
    return this.#absent(path, ({ name }) => symlink(realName(target), name));
  }

  async mayAccess(
    path: VirtualPath,
    wanted: { readonly read?: boolean; readonly write?: boolean; readonly execute?: boolean },
  ): Promise<boolean> {
    const { R_OK, W_OK, X_OK } = constants;
    const rights =
      (wanted.read === true ? R_OK : 0) |
      (wanted.write === true ? W_OK : 0) |
      (wanted.execute === true ? X_OK : 0);
    try {
      await this.#existing(path, true, (located) => this.#pinned(located, (name) => access(name, rights)));
      return true;
    } catch (error) {
      if (isStorageError(error, 'STORAGE_DENIED', 'STORAGE_READ_ONLY', 'STORAGE_BUSY')) return false;
      throw error;
    }
  }

  freeBytes(path: VirtualPath): Promise<number | undefined> {
    return this.#existing(path, true, (located) => this.#pinned(located, freeBytesAt));
  }

  close(): Promise<void> {
    this.#closing ??= this.#scope.close().then(() => this.#options.confinement.close());
    this.#options.onClose();
    return this.#closing;
  }

  #opened(path: VirtualPath, opensAs: OpenAccess, open: () => Promise<Opened>): Promise<OpenFile> {
    const { names, kernel } = this.#options;
    const onClose = (file: OpenFile): void => this.#scope.disown(file);
    return this.#scope.run(path, async () =>
      this.#scope.own(
        new LocalOpenFile({ ...(await open()), opensAs, names, ...(kernel && { kernel }), onClose }),
      ),
    );
  }

  #openListing(path: VirtualPath, options: ListOptions): Promise<LocalListing> {
    const { followsSymlinks = false, filter = () => true } = options;
    const batchSize = Math.max(1, options.batchSize ?? 256);
    const { names, statConcurrency: concurrency, confinement } = this.#options;
    const onClose = (listing: LocalListing): void => this.#scope.disown(listing);
    return this.#existing(path, true, async (located) => {
      if (!located.stats.isDirectory()) throw new StorageError('STORAGE_NOT_DIRECTORY');
      const pinned = await confinement.pin(located);
      const behind = async (name: string): Promise<FileStat | undefined> =>
        followsSymlinks ? this.stat(joinPath(located.path, name)).catch(() => undefined) : undefined;
      return this.#scope.own(
        await openListing({
          path: located.path,
          pinned,
          batchSize,
          filter,
          names,
          concurrency,
          behind,
          onClose,
        }),
      );
    });
  }

  #absent(path: VirtualPath, use: (located: Located) => Promise<void>): Promise<void> {
    return this.#located(path, { followsLast: false, mayBeMissing: true }, async (located) => {
      if (located.stats !== undefined) throw new StorageError('STORAGE_EXISTS');
      await use(located);
    });
  }

  #existing<T>(path: VirtualPath, followsLast: boolean, use: (located: Existing) => Promise<T>): Promise<T> {
    return this.#located(path, { followsLast }, async (located) => {
      if (located.stats === undefined) throw new StorageError('STORAGE_NOT_FOUND');
      return use({ ...located, stats: located.stats });
    });
  }

  #located<T>(path: VirtualPath, options: WalkOptions, use: (located: Located) => Promise<T>): Promise<T> {
    return this.#scope.run(path, async () => {
      const located = await this.#options.confinement.locate(path, options);
      try {
        return await use(located);
      } finally {
        located.release();
      }
    });
  }

  async #pinned<T>(located: Located, use: (name: RealName) => Promise<T>): Promise<T> {
    const pinned = await this.#options.confinement.pin(located);
    try {
      return await use(realName(pinned.name));
    } finally {
      pinned.release();
    }
  }
}

/**
 * A time for utimes(2), which Node takes as seconds in a double. That is a little less than most milliseconds, so that
 * cutting it to nanoseconds would lose one.
 */
function kernelTime(ms: number): number | Date {
  if (ms < 0) return new Date(ms);
  return ms % 1000 === 0 ? ms / 1000 : (ms + 0.0003) / 1000;
}

import fs from 'node:fs';
import { isStorageError, rootPath } from '@ftpd/storage';
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
  WriteOptions,
} from '@ftpd/storage';
import type { KernelSending } from '../file-sender.ts';
import type { IoThreads } from '../io-threads.ts';
import { LocalOpenFile, type OpenAccess } from '../local-open-file.ts';
import type { OwnerNames } from '../local-stat.ts';
import { OperationScope } from '../operation-scope.ts';
import { giveOwner, type ChangeOwner } from './ownership.ts';
import { unpackStats } from './packed-stats.ts';
import { PrivilegedListing } from './privileged-listing.ts';
import type { SessionRoot } from './session-root.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { CallOptions } from './worker-task.ts';
import type { AccessWanted, AnswerOf, ArgumentsOf, OperationName, OpenAnswer } from './worker-protocol.ts';
import type { FileIdentity } from './worker-protocol.ts';

export interface PrivilegedViewOptions {
  readonly pool: WorkerPool;
  readonly threads: IoThreads;
  readonly root: SessionRoot;
  readonly identity: FileIdentity;
  readonly names: OwnerNames;
  readonly changeOwner: ChangeOwner | undefined;
  readonly kernel: KernelSending | undefined;
  readonly onWarning: (message: string) => void;
  readonly onClose: () => void;
}

/** A folder of the disk as the root of one session, used with the rights of its user. */
export class PrivilegedView implements StorageView {
  readonly #options: PrivilegedViewOptions;
  readonly #scope = new OperationScope();
  #closing: Promise<void> | undefined;
  readonly #isEnded = (): boolean => this.#closing !== undefined;

  constructor(options: PrivilegedViewOptions) {
    this.#options = options;
  }

  stat(path: VirtualPath, options: { readonly followsSymlinks?: boolean } = {}): Promise<FileStat> {
    return this.#scope.run(path, async () => {
      const { stats, target } = await this.#ask('stat', path, path, options.followsSymlinks !== false);
      return unpackStats(stats, this.#options.names, 0, target);
    });
  }

  resolve(path: VirtualPath, options: { readonly mayBeMissing?: boolean } = {}): Promise<VirtualPath> {
    return this.#call('resolve', path, path, options.mayBeMissing === true);
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
    return this.#opened(path, 'read', () => this.#ask('openRead', path, path));
  }

  openWrite(path: VirtualPath, { disposition, mode, owner, group }: WriteOptions): Promise<OpenFile> {
    const options = { disposition, mode, ...(group !== undefined && { gid: group }) };
    return this.#opened(path, disposition === 'append' ? 'append' : 'write', async () => {
      const opened = await this.#ask('openWrite', path, path, options);
      if (opened.isNew !== true || (owner === undefined && group === undefined)) return opened;
      await this.#give(opened, owner, group);
      const { descriptor, path: resolved, device } = opened;
      return { descriptor, path: resolved, device };
    });
  }

  async remove(path: VirtualPath): Promise<RemovedFile> {
    return { sizeBytes: await this.#call('remove', path, path) };
  }

  makeDirectory(path: VirtualPath, { mode, owner, group }: NewFolderOptions): Promise<void> {
    const { changeOwner } = this.#options;
    const wantsDescriptor = changeOwner !== undefined && (owner !== undefined || group !== undefined);
    const options = { mode, wantsDescriptor, ...(group !== undefined && { gid: group }) };
    return this.#scope.run(path, async () => {
      const made = await this.#ask('makeDirectory', path, path, options);
      if (made === undefined) return;
      try {
        await this.#give(made, owner, group);
      } finally {
        if (made.descriptor >= 0) fs.closeSync(made.descriptor);
      }
    });
  }

  removeDirectory(path: VirtualPath): Promise<void> {
    return this.#call('removeDirectory', path, path);
  }

  rename(from: VirtualPath, to: VirtualPath): Promise<void> {
    return this.#scope.run(from, () =>
      this.#options.pool.call('rename', { ...this.#about(from), alsoWhere: this.#realNameOf(to) }, from, to),
    );
  }

  setTimes(path: VirtualPath, { modifiedMs, accessedMs }: FileTimes): Promise<void> {
    return this.#call('setTimes', path, path, modifiedMs, accessedMs);
  }

  setMode(path: VirtualPath, mode: number): Promise<void> {
    return this.#call('setMode', path, path, mode);
  }

  setGroup(path: VirtualPath, gid: number): Promise<void> {
    return this.#call('setGroup', path, path, gid);
  }

  makeSymlink(target: string, path: VirtualPath): Promise<void> {
    return this.#call('makeSymlink', path, target, path);
  }

  async mayAccess(
    path: VirtualPath,
    wanted: { readonly read?: boolean; readonly write?: boolean; readonly execute?: boolean },
  ): Promise<boolean> {
    const rights = (['read', 'write', 'execute'] as const).filter((right) => wanted[right] === true);
    try {
      return await this.#call('mayAccess', path, path, rights satisfies readonly AccessWanted[]);
    } catch (error) {
      if (isStorageError(error, 'STORAGE_DENIED', 'STORAGE_READ_ONLY')) return false;
      throw error;
    }
  }

  freeBytes(path: VirtualPath): Promise<number | undefined> {
    return this.#call('freeBytes', path, path);
  }

  close(): Promise<void> {
    this.#closing ??= this.#scope.close().then(() => this.#options.root.descriptor.close());
    this.#options.onClose();
    return this.#closing;
  }

  /** One operation in a worker, refused when the view ends. */
  #call<Name extends OperationName>(
    operation: Name,
    path: VirtualPath,
    ...parameters: ArgumentsOf<Name>
  ): Promise<AnswerOf<Name>> {
    return this.#scope.run(path, () => this.#ask(operation, path, ...parameters));
  }

  #ask<Name extends OperationName>(
    operation: Name,
    path: VirtualPath,
    ...parameters: ArgumentsOf<Name>
  ): Promise<AnswerOf<Name>> {
    return this.#options.pool.call(operation, this.#about(path), ...parameters);
  }

  #about(path: VirtualPath): CallOptions {
    const { identity, root } = this.#options;
    const isEnded = this.#isEnded;
    return { identity, root: root.descriptor, where: this.#realNameOf(path), isEnded };
  }

  #realNameOf(path: VirtualPath): string {
    const { realName, prefix } = this.#options.root;
    return path === rootPath ? realName : `${prefix}${path}`;
  }

  #opened(path: VirtualPath, opensAs: OpenAccess, open: () => Promise<OpenAnswer>): Promise<OpenFile> {
    const { names, threads, kernel } = this.#options;
    const onClose = (file: OpenFile): void => this.#scope.disown(file);
    return this.#scope.run(path, async () => {
      const { descriptor, path: resolved, device, stats } = await open();
      const file = { descriptor, path: resolved, device, opensAs, names, threads, onClose };
      const known = stats && { statAtOpening: unpackStats(stats, names) };
      return this.#scope.own(new LocalOpenFile({ ...file, ...known, ...(kernel && { kernel }) }));
    });
  }

  /** What the user could not give is given by somebody who can; what nobody can is told to the log, as in ProFTPD. */
  async #give(made: OpenAnswer, owner: number | undefined, group: number | undefined): Promise<void> {
    const { changeOwner, onWarning } = this.#options;
    const problem = await giveOwner(made, { owner, group }, changeOwner);
    if (problem !== undefined) onWarning(problem);
  }

  #openListing(path: VirtualPath, wanted: ListOptions): Promise<PrivilegedListing> {
    const { followsSymlinks = false, filter } = wanted;
    const batchSize = Math.max(1, wanted.batchSize ?? 256);
    const options = { wantedCount: batchSize, looks: filter === undefined, followsSymlinks };
    const onClose = (listing: PrivilegedListing): void => this.#scope.disown(listing);
    return this.#scope.run(path, async () => {
      const opened = await this.#ask('openFolder', path, path, options);
      const { pool } = this.#options;
      const about = this.#about(opened.path);
      return this.#scope.own(
        new PrivilegedListing({
          opened,
          calls: {
            read: (folder, ...rest) =>
              pool.call('readFolder', { ...about, folder }, folder.number, opened.path, ...rest),
            look: (folder, ...rest) =>
              pool.call('lookAtNames', { ...about, folder }, folder.number, opened.path, ...rest),
          },
          names: this.#options.names,
          batchSize,
          options,
          ...(filter !== undefined && { filter }),
          onClose,
        }),
      );
    });
  }
}

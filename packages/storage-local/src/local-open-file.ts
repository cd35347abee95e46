import fs from 'node:fs';
import {
  StorageError,
  type FileSender,
  type FileStat,
  type OpenFile,
  type SendOutcome,
  type VirtualPath,
} from '@ftpd/storage';
import { storageErrorOf } from './errno.ts';
import { createFileSender, type KernelSending } from './file-sender.ts';
import { unlimitedThreads, type IoThreads } from './io-threads.ts';
import { describeStats, type OwnerNames } from './local-stat.ts';

export type OpenAccess = 'read' | 'write' | 'append';

export interface OpenedFile {
  readonly descriptor: number;
  readonly path: VirtualPath;
  readonly opensAs: OpenAccess;
  readonly names: OwnerNames;
  /** st_dev. Default 0. */
  readonly device?: number;
  /** Default: every call begins at once. */
  readonly threads?: IoThreads;
  /** What was known when it was opened, a moment ago. */
  readonly statAtOpening?: FileStat;
  /** Absent: files can only be read. */
  readonly kernel?: KernelSending;
  readonly onClose: (file: OpenFile) => void;
}

type Callback<T> = (error: Error | null, value: T) => void;

/** For how long what was known at the opening is told; less than others could notice. */
const freshMs = 2;

/** An open file of the disk; owns its descriptor. */
export class LocalOpenFile implements OpenFile {
  readonly path: VirtualPath;
  readonly #opened: OpenedFile;
  /** Who asks right after the opening need not go to another thread again. */
  #fresh: FileStat | undefined;
  readonly #freshUntil: number;
  #underWay = 0;
  /** Of those under way, the ones that nobody waits for any more. */
  #overdue = 0;
  #closing: Promise<void> | undefined;
  #onAnswered: (() => void) | undefined;

  constructor(opened: OpenedFile) {
    this.path = opened.path;
    this.#opened = opened;
    this.#fresh = opened.statAtOpening;
    this.#freshUntil = performance.now() + freshMs;
  }

  read(buffer: Uint8Array, positionBytes: number): Promise<number> {
    const refusal = this.#refusal('read', positionBytes);
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#call((done) =>
      fs.read(this.#opened.descriptor, buffer, 0, buffer.byteLength, positionBytes, done),
    );
  }

  async write(bytes: Uint8Array | readonly Uint8Array[], positionBytes: number): Promise<void> {
    const appends = this.#opened.opensAs === 'append';
    let rest = bytes instanceof Uint8Array ? [bytes] : bytes;
    for (let position = positionBytes; ;) {
      const refusal = this.#refusal('write', appends ? 0 : position);
      if (refusal !== undefined) throw refusal;
      if (rest.every((chunk) => chunk.byteLength === 0)) return;
      const written = await this.#call<number>((done) =>
        fs.writev(this.#opened.descriptor, rest, appends ? null : position, done),
      );
      position += written;
      rest = behind(rest, written);
    }
  }

  async truncate(sizeBytes: number): Promise<void> {
    const refusal = this.#refusal('write', sizeBytes);
    if (refusal !== undefined) throw refusal;
    await this.#call<void>((done) =>
      fs.ftruncate(this.#opened.descriptor, sizeBytes, done as fs.NoParamCallback),
    );
  }

  async stat(): Promise<FileStat> {
    if (this.#closing !== undefined) throw this.#closed();
    if (this.#fresh !== undefined && performance.now() < this.#freshUntil) return this.#fresh;
    const stats = await this.#call<fs.Stats>((done) => fs.fstat(this.#opened.descriptor, done));
    return describeStats(stats, this.#opened.names);
  }

  sendTo(socketDescriptor: number): FileSender | undefined {
    const { kernel, descriptor, opensAs } = this.#opened;
    if (kernel === undefined || opensAs !== 'read' || this.#closing !== undefined) return undefined;
    return createFileSender(kernel, socketDescriptor, descriptor, (call) =>
      this.#call<SendOutcome>((settle) => {
        call().then(
          (outcome) => settle(null, outcome),
          (error: unknown) => settle(error instanceof Error ? error : new Error(String(error)), 0),
        );
      }),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#whenAnswered();
    this.#opened.onClose(this);
    if (this.#overdue > 0) {
      // Closed when the file system lets go of it; that it does not answer has been told.
      this.#onAnswered = () => fs.close(this.#opened.descriptor, () => {});
      return;
    }
    // Network file systems tell here that written bytes could not be kept.
    await this.#run<void>((done) => fs.close(this.#opened.descriptor, done as fs.NoParamCallback), false);
  }

  /** Nothing may use the number of a closed descriptor, nor a buffer that the kernel still writes to. */
  #whenAnswered(): Promise<void> {
    if (this.#underWay === this.#overdue) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onAnswered = resolve;
    });
  }

  #call<T>(start: (done: Callback<T>) => void): Promise<T> {
    return this.#run(start, true);
  }

  #run<T>(start: (done: Callback<T>) => void, endsWithFile: boolean): Promise<T> {
    const { device = 0, threads = unlimitedThreads } = this.#opened;
    this.#fresh = undefined;
    return new Promise((resolve, reject) => {
      this.#underWay += 1;
      let isOverdue = false;
      const begin = (end: () => void): void =>
        start((error, value) => {
          end();
          this.#underWay -= 1;
          if (isOverdue) this.#overdue -= 1;
          if (this.#underWay === this.#overdue && (this.#overdue === 0 || !isOverdue)) this.#onAnswered?.();
          if (endsWithFile && this.#closing !== undefined) reject(this.#closed());
          else if (error === null || error === undefined) resolve(value);
          else reject(storageErrorOf(error, this.path));
        });
      const giveUp = (hasBegun: boolean): void => {
        isOverdue = hasBegun;
        if (hasBegun) this.#overdue += 1;
        else this.#underWay -= 1;
        reject(new StorageError('STORAGE_TIMEOUT', { path: this.path }));
        if (this.#underWay === this.#overdue) this.#onAnswered?.();
      };
      threads.run(device, begin, giveUp);
    });
  }

  #refusal(wanted: 'read' | 'write', positionBytes: number): StorageError | undefined {
    if (this.#closing !== undefined) return this.#closed();
    if ((wanted === 'read') !== (this.#opened.opensAs === 'read'))
      return new StorageError('STORAGE_DENIED', { path: this.path });
    const isPosition = Number.isSafeInteger(positionBytes) && positionBytes >= 0;
    return isPosition ? undefined : new StorageError('STORAGE_BAD_NAME', { path: this.path });
  }

  #closed(): StorageError {
    return new StorageError('STORAGE_CLOSED', { path: this.path });
  }
}

/** What is left of the chunks when so many bytes of them were written. */
function behind(chunks: readonly Uint8Array[], writtenBytes: number): readonly Uint8Array[] {
  let left = writtenBytes;
  let index = 0;
  for (const chunk of chunks) {
    if (chunk.byteLength > left) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.byteLength;
    index += 1;
  }
  return [];
}

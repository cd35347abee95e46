import fs from 'node:fs';
import { StorageError, type FileStat, type OpenFile, type VirtualPath } from '@ftpd/storage';
import { storageErrorOf } from './errno.ts';
import { describeStats, type OwnerNames } from './local-stat.ts';

export type OpenAccess = 'read' | 'write' | 'append';

export interface OpenedFile {
  readonly descriptor: number;
  readonly path: VirtualPath;
  readonly opensAs: OpenAccess;
  readonly names: OwnerNames;
  readonly onClose: (file: OpenFile) => void;
}

type Callback<T> = (error: Error | null, value: T) => void;

/** An open file of the disk; owns its descriptor. */
export class LocalOpenFile implements OpenFile {
  readonly path: VirtualPath;
  readonly #opened: OpenedFile;
  #underWay = 0;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(opened: OpenedFile) {
    this.path = opened.path;
    this.#opened = opened;
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
    const stats = await this.#call<fs.Stats>((done) => fs.fstat(this.#opened.descriptor, done));
    return describeStats(stats, this.#opened.names);
  }

  close(): Promise<void> {
    this.#closing ??= this.#whenIdle().then(
      () =>
        new Promise((resolve, reject) => {
          this.#opened.onClose(this);
          // Network file systems tell here that written bytes could not be kept.
          fs.close(this.#opened.descriptor, (error) =>
            error === null || error === undefined ? resolve() : reject(storageErrorOf(error, this.path)),
          );
        }),
    );
    return this.#closing;
  }

  /** Nothing may use the number of a closed descriptor, nor a buffer that the kernel still writes to. */
  #whenIdle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #call<T>(start: (done: Callback<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#underWay += 1;
      start((error, value) => {
        this.#underWay -= 1;
        if (this.#underWay === 0) this.#onIdle?.();
        if (this.#closing !== undefined) reject(this.#closed());
        else if (error === null || error === undefined) resolve(value);
        else reject(storageErrorOf(error, this.path));
      });
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

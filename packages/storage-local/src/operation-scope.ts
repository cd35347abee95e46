import { StorageError, type VirtualPath } from '@ftpd/storage';
import { storageErrorOf } from './errno.ts';

interface Closable {
  close(): Promise<void>;
}

/** The operations under way and the resources open in one view, so that its end ends them. */
export class OperationScope {
  readonly #owned = new Set<Closable>();
  readonly #waiting = new Set<(error: StorageError) => void>();
  #underWay = 0;
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  /**
   * Runs an operation about a path. The end of the scope refuses it at once, though the system call goes on: a hung
   * file system cannot be interrupted.
   */
  run<T>(path: VirtualPath, operation: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new StorageError('STORAGE_CLOSED', { path }));
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      this.#underWay += 1;
      const settle = (): void => {
        this.#waiting.delete(reject);
        this.#underWay -= 1;
        if (this.#underWay === 0) this.#onIdle?.();
      };
      operation().then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(storageErrorOf(error, path));
        },
      );
    });
  }

  /** Closes the resource with the scope, at once if that has ended. */
  async own<T extends Closable>(resource: T): Promise<T> {
    this.#owned.add(resource);
    if (this.#isClosed) await resource.close();
    return resource;
  }

  disown(resource: Closable): void {
    this.#owned.delete(resource);
  }

  /** Refuses what waits, closes what is owned, and resolves when no system call is under way. May be called twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // An error costs its stack, and nearly always nobody waits.
    if (this.#waiting.size > 0) {
      const closed = new StorageError('STORAGE_CLOSED');
      for (const refuse of this.#waiting) refuse(closed);
      this.#waiting.clear();
    }
    await Promise.allSettled([...this.#owned].map((resource) => resource.close()));
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
  }
}

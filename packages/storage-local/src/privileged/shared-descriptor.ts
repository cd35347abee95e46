import fs from 'node:fs';

/**
 * A descriptor that threads use by its number. An operation that was given up may still run: until it ends the number must
 * not become another file's, or it would go on in there.
 */
export class SharedDescriptor {
  readonly number: number;
  #users = 0;
  #isClosed = false;

  constructor(number: number) {
    this.number = number;
  }

  hold(): void {
    this.#users += 1;
  }

  release(): void {
    this.#users -= 1;
    this.#closeIfUnused();
  }

  /** Closes it when nobody uses it any more. Once only. */
  close(): void {
    this.#isClosed = true;
    this.#closeIfUnused();
  }

  #closeIfUnused(): void {
    if (this.#isClosed && this.#users === 0) fs.closeSync(this.number);
  }
}

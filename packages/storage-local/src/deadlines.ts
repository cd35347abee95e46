/** When many things have the same time to be done in: one timer for all of them. */
export class Deadlines<Item> {
  readonly #afterMs: number;
  readonly #onOverdue: (item: Item) => void;
  readonly #now: () => number;
  /** In the order in which they end. */
  readonly #ends = new Map<Item, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(afterMs: number, onOverdue: (item: Item) => void, now: () => number = () => performance.now()) {
    this.#afterMs = afterMs;
    this.#onOverdue = onOverdue;
    this.#now = now;
  }

  add(item: Item): void {
    this.#ends.set(item, this.#now() + this.#afterMs);
    this.#timer ??= setTimeout(() => this.#check(), this.#afterMs).unref();
  }

  delete(item: Item): void {
    this.#ends.delete(item);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#ends.clear();
  }

  #check(): void {
    this.#timer = undefined;
    const now = this.#now();
    for (const [item, end] of this.#ends) {
      if (end > now) {
        this.#timer = setTimeout(() => this.#check(), end - now + 1).unref();
        return;
      }
      this.#ends.delete(item);
      this.#onOverdue(item);
    }
  }
}

/** One question under way, which others with the same key wait for. */
export interface Flight {
  readonly answer: Promise<Uint8Array | undefined>;
  /** The key has changed since it was asked: the answer may be told, but not remembered. */
  isStale: boolean;
}

/** The questions under way, by key. */
export class Flights {
  readonly #byKey = new Map<string, Flight>();

  of(key: Uint8Array): Flight | undefined {
    return this.#byKey.get(nameOf(key));
  }

  /** @param ask - Makes the question; its answer is for all who join. */
  start(key: Uint8Array, ask: (flight: Flight) => Promise<Uint8Array | undefined>): Flight {
    const name = nameOf(key);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>();
    const flight: Flight = { answer: promise, isStale: false };
    this.#byKey.set(name, flight);
    const land = (): void => {
      if (this.#byKey.get(name) === flight) this.#byKey.delete(name);
    };
    promise.then(land, land);
    ask(flight).then(resolve, reject);
    return flight;
  }

  /** Who asks from now on must not get an answer from before. */
  divert(key: Uint8Array): void {
    const name = nameOf(key);
    const flight = this.#byKey.get(name);
    if (flight === undefined) return;
    flight.isStale = true;
    this.#byKey.delete(name);
  }

  divertAll(): void {
    for (const flight of this.#byKey.values()) flight.isStale = true;
    this.#byKey.clear();
  }
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}

import { RecordStore, type Clock } from '../memory/record-store.ts';

/** What is known of a key: its value, or that there is none. */
export type NearAnswer =
  | { readonly outcome: 'value'; readonly value: Uint8Array }
  | { readonly outcome: 'miss' };

export interface NearStoreLimits {
  readonly positiveTtlMs: number;
  readonly negativeTtlMs: number;
  readonly maxBytes: number;
  readonly maxRecords: number;
}

const clock: Clock = { steadyMs: () => performance.now(), wallMs: () => Date.now() };

const missMark = Uint8Array.of(0);
const miss: NearAnswer = { outcome: 'miss' };

/** The memory of a tier: values and misses, each for a while. */
export class NearStore {
  readonly #limits: NearStoreLimits;
  #records: RecordStore;
  #generation = 0;

  constructor(limits: NearStoreLimits) {
    this.#limits = limits;
    this.#records = new RecordStore(limits, clock);
  }

  /** Changes when everything was forgotten: what was asked before must not be remembered. */
  get generation(): number {
    return this.#generation;
  }

  find(key: Uint8Array): NearAnswer | undefined {
    const record = this.#records.find(key);
    if (record === 0) return undefined;
    return this.#records.firstByte(record) === 0
      ? miss
      : { outcome: 'value', value: this.#records.value(record, 1) };
  }

  /** @param value - Undefined: a miss. */
  remember(key: Uint8Array, value: Uint8Array | undefined): void {
    const { positiveTtlMs, negativeTtlMs } = this.#limits;
    if (value === undefined) {
      if (negativeTtlMs > 0) this.#records.put(key, missMark, clock.steadyMs() + negativeTtlMs);
      return;
    }
    const marked = new Uint8Array(value.length + 1);
    marked[0] = 1;
    marked.set(value, 1);
    this.#records.put(key, marked, clock.steadyMs() + positiveTtlMs);
  }

  forget(key: Uint8Array): void {
    const record = this.#records.find(key);
    if (record !== 0) this.#records.remove(record);
  }

  forgetAll(): void {
    this.#generation++;
    this.#records = new RecordStore(this.#limits, clock);
  }
}

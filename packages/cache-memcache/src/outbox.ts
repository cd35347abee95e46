import type { CacheCall } from '@ftpd/cache';
import type { Socket } from 'node:net';

/** Bytes that wait for a socket, before more are refused. */
const MAX_WAITING_BYTES = 64 * 1_048_576;

/** From here on a request is written as it is, rather than copied together with its neighbours. */
const LARGE_BYTES = 16_384;

/** As much of a call as decides whether it is still to be sent. */
export type SendingCall = Pick<CacheCall, 'deadlineAtMs' | 'isOver'>;

interface Letter {
  readonly bytes: Buffer;
  readonly call: SendingCall;
  readonly onWithdrawn: (() => void) | undefined;
}

/** Requests on their way to a socket: those that are made together go out together, and none after its deadline. */
export class Outbox {
  readonly #socket: Socket;
  #letters: Letter[] = [];
  #bytes = 0;
  #isScheduled = false;
  #isOpen = false;
  #isClosed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  hasRoom(bytes: number): boolean {
    return this.#bytes + this.#socket.writableLength + bytes <= MAX_WAITING_BYTES;
  }

  /** @param onWithdrawn - Called instead of sending when the call is over by then. */
  add(bytes: Buffer, call: SendingCall, onWithdrawn: (() => void) | undefined): void {
    this.#letters.push({ bytes, call, onWithdrawn });
    this.#bytes += bytes.length;
    this.#schedule();
  }

  /** Sends from here on. */
  open(): void {
    this.#isOpen = true;
    this.#send();
  }

  close(): void {
    this.#isClosed = true;
    this.#letters = [];
    this.#bytes = 0;
  }

  #schedule(): void {
    if (this.#isScheduled || !this.#isOpen) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#send());
  }

  #send(): void {
    this.#isScheduled = false;
    if (this.#isClosed || this.#letters.length === 0) return;
    const letters = this.#letters;
    this.#letters = [];
    this.#bytes = 0;
    const nowMs = performance.now();
    const due = letters.filter(({ call, onWithdrawn }) => {
      const isDue = !call.isOver && call.deadlineAtMs > nowMs;
      if (!isDue) onWithdrawn?.();
      return isDue;
    });
    if (due.length === 1) this.#socket.write((due[0] as Letter).bytes);
    else if (due.length > 1) this.#sendTogether(due);
  }

  #sendTogether(letters: readonly Letter[]): void {
    let together: Buffer[] = [];
    const write = (): void => {
      if (together.length > 0) this.#socket.write(Buffer.concat(together));
      together = [];
    };
    this.#socket.cork();
    for (const { bytes } of letters) {
      if (bytes.length < LARGE_BYTES) together.push(bytes);
      else {
        write();
        this.#socket.write(bytes);
      }
    }
    write();
    this.#socket.uncork();
  }
}

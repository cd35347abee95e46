import fs from 'node:fs';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import { control as slots, controlLength } from './worker-protocol.ts';
import type {
  FileIdentity,
  RequestBatch,
  RequestMessage,
  WorkerAnswer,
  WorkerData,
  WorkerReady,
  WorkerRequest,
} from './worker-protocol.ts';

export interface WorkerThreadOptions {
  readonly url: URL;
  readonly separatesThread: boolean;
}

export interface WorkerThreadEvents {
  readonly onReady: (ready: WorkerReady) => void;
  /** To the first of the requests that have none. @param isLast - Whether none is left. */
  readonly onAnswer: (answer: WorkerAnswer, isLast: boolean) => void;
  /**
   * The thread is gone.
   * @param hasBegun - Whether the first request that had no answer may have been carried out, in part or whole.
   */
  readonly onEnd: (hasBegun: boolean, cause: unknown) => void;
}

/** A storage worker and what it has in hand: the requests of one message, done in order. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #control = new Int32Array(new SharedArrayBuffer(controlLength * Int32Array.BYTES_PER_ELEMENT));
  readonly #port;
  readonly #events: WorkerThreadEvents;
  #isReady = false;
  /** Serials. */
  #awaited: number[] = [];
  #cause: unknown;
  #identity: FileIdentity | undefined;
  #lastSeen = 0;
  #isSlow = false;

  constructor({ url, separatesThread }: WorkerThreadOptions, events: WorkerThreadEvents) {
    const { port1, port2 } = new MessageChannel();
    this.#control.fill(-1, slots.held);
    this.#events = events;
    this.#port = port1;
    const workerData: WorkerData = { port: port2, control: this.#control, separatesThread };
    this.#worker = new Worker(url, {
      workerData,
      transferList: [port2],
      // Descriptors outlive the thread: they are given away, and their numbers come back as somebody else's.
      trackUnmanagedFds: false,
      // What is done at a time is small; left to itself the collector lets each thread grow to twice the size.
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64, stackSizeMb: 1 },
      // Flags of the process, such as --input-type or --inspect, are not for the thread.
      execArgv: url.pathname.endsWith('.ts') ? ['--conditions=@ftpd/source'] : [],
    });
    port1.on('message', (message: WorkerReady | WorkerAnswer) => {
      this.#take(message);
      this.#takeMore();
    });
    this.#worker.on('error', (error: unknown) => {
      this.#cause = error;
    });
    this.#worker.on('exit', (code) => this.#end(code));
    // The port keeps the process alive, as long as something is awaited.
    this.#worker.unref();
  }

  get identity(): FileIdentity | undefined {
    return this.#identity;
  }

  /** Whether the request under way was under way when it was last looked at, by `look`. */
  get isSlow(): boolean {
    return this.#isSlow;
  }

  /** How long an operation took on an average when something was last asked, in µs. */
  get usualUs(): number {
    return Atomics.load(this.#control, slots.usualUs);
  }

  look(): void {
    const begun = Atomics.load(this.#control, slots.begun);
    this.#isSlow = begun === this.#lastSeen && begun !== Atomics.load(this.#control, slots.answered);
    this.#lastSeen = begun;
  }

  /** Hands over requests when it has none in hand. Serials are > 0. */
  ask(requests: readonly WorkerRequest[]): void {
    const batch: RequestBatch = requests.map(
      ({ serial, operation, identity, root, mayCross, arguments: rest }): RequestMessage => {
        const newIdentity = identity === this.#identity ? undefined : identity;
        this.#identity = identity;
        this.#awaited.push(serial);
        return [serial, operation, newIdentity, root, mayCross, ...rest];
      },
    );
    this.#port.ref();
    this.#port.postMessage(batch);
    Atomics.add(this.#control, slots.wake, 1);
    Atomics.notify(this.#control, slots.wake);
  }

  /**
   * Lets the thread begin nothing more until it has answered all that it has.
   * @returns how many of the requests that have no answer may be done, from the first on. The others are returned.
   */
  bar(): number {
    Atomics.store(this.#control, slots.barred, 1);
    return 1 + this.#awaited.indexOf(Atomics.load(this.#control, slots.begun));
  }

  /** Ends the thread when the system lets it. */
  terminate(): Promise<unknown> {
    return this.#worker.terminate();
  }

  #take(message: WorkerReady | WorkerAnswer): void {
    if ('isReady' in message) {
      this.#isReady = true;
      this.#port.unref();
      this.#events.onReady(message);
      return;
    }
    if (message[0] !== this.#awaited[0]) return;
    this.#awaited.shift();
    this.#isSlow = false;
    const isLast = this.#awaited.length === 0 || message[1] === 'lost';
    if (isLast) {
      this.#awaited = [];
      Atomics.store(this.#control, slots.barred, 0);
      this.#port.unref();
    }
    this.#events.onAnswer(message, isLast);
  }

  #end(code: number): void {
    // What it said last.
    this.#takeMore();
    this.#port.close();
    const hasBegun =
      this.#awaited.length > 0 && Atomics.load(this.#control, slots.begun) === this.#awaited[0];
    if (hasBegun) this.#closeHeld();
    this.#events.onEnd(hasBegun, this.#cause ?? (this.#isReady ? `exit code ${code}` : 'it did not start'));
  }

  /** What else was said by now: an event for each would take as long again. */
  #takeMore(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined;) {
      this.#take((next as { readonly message: WorkerReady | WorkerAnswer }).message);
      next = receiveMessageOnPort(this.#port);
    }
  }

  #closeHeld(): void {
    for (let at = 0; at < slots.maxHeld; at += 1) {
      const descriptor = Atomics.load(this.#control, slots.held + at);
      // A file system may make the close wait.
      if (descriptor >= 0) fs.close(descriptor, () => {});
    }
  }
}

import fs from 'node:fs';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import { control as slots, controlLength } from './worker-protocol.ts';
import type {
  FileIdentity,
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
  readonly onAnswer: (answer: WorkerAnswer) => void;
  /** The thread is gone. @param hasBegun - Whether the request that had no answer may have been carried out, in part or whole. */
  readonly onEnd: (hasBegun: boolean, cause: unknown) => void;
}

/** A storage worker and what it has in hand: one request at a time. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #control = new Int32Array(new SharedArrayBuffer(controlLength * Int32Array.BYTES_PER_ELEMENT));
  readonly #port;
  readonly #events: WorkerThreadEvents;
  #isReady = false;
  #awaited: number | undefined;
  #cause: unknown;
  #identity: FileIdentity | undefined;
  #startedAt = 0;

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
    port1.on('message', (message: WorkerReady | WorkerAnswer) => this.#take(message));
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

  /** For how long the request in hand has been out, in ms. */
  get runsMs(): number {
    return performance.now() - this.#startedAt;
  }

  ask(request: WorkerRequest): void {
    const { serial, operation, identity, root, mayCross } = request;
    const newIdentity = identity === this.#identity ? undefined : identity;
    this.#awaited = serial;
    this.#identity = identity;
    this.#startedAt = performance.now();
    this.#port.ref();
    const message: RequestMessage = [serial, operation, newIdentity, root, mayCross, ...request.arguments];
    this.#port.postMessage(message);
    Atomics.add(this.#control, slots.wake, 1);
    Atomics.notify(this.#control, slots.wake);
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
    if (message[0] !== this.#awaited) return;
    this.#awaited = undefined;
    this.#port.unref();
    this.#events.onAnswer(message);
  }

  #end(code: number): void {
    // What it said last.
    for (let last = receiveMessageOnPort(this.#port); last !== undefined;) {
      this.#take((last as { readonly message: WorkerReady | WorkerAnswer }).message);
      last = receiveMessageOnPort(this.#port);
    }
    this.#port.close();
    const hasBegun =
      this.#awaited !== undefined && Atomics.load(this.#control, slots.begun) === this.#awaited;
    if (hasBegun) this.#closeHeld();
    this.#events.onEnd(hasBegun, this.#cause ?? (this.#isReady ? `exit code ${code}` : 'it did not start'));
  }

  #closeHeld(): void {
    for (let at = 0; at < slots.maxHeld; at += 1) {
      const descriptor = Atomics.load(this.#control, slots.held + at);
      // A file system may make the close wait.
      if (descriptor >= 0) fs.close(descriptor, () => {});
    }
  }
}

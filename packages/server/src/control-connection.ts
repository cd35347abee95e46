import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { LineDecoder, reply, type LineEvent } from '@ftpd/protocol';
import { decodeName, encodeName } from '@ftpd/storage';
import { CommandRate } from './command-rate.ts';
import { dispatch } from './dispatcher.ts';
import type { Session, SessionOutput } from './session.ts';

/** Lines that wait while a command runs; beyond, the client is not read any more. */
const maxQueuedLines = 256;
/** Refusals of Telnet options for one chunk of input. */
const maxRefusals = 32;
/** Commands of one session between two turns of the event loop. */
const commandsPerTurn = 16;
/** How long a closed connection may take to get its last reply. */
const closeMs = 5000;

type Queued = Extract<LineEvent, { type: 'line' | 'overlong' }>;

/**
 * The only reader and writer of a control socket: bytes in, one command at a time, replies out in order.
 * ABOR and STAT pass a transfer under way; everything else waits for its end.
 */
export class ControlConnection implements SessionOutput {
  #socket: Socket;
  #decoder: LineDecoder | undefined;
  readonly #queue: Queued[] = [];
  readonly #rate = new CommandRate();
  #session: Session | undefined;
  #isRunning = false;
  #isAnswering = false;
  #isInputEnded = false;
  #isClosed = false;
  /** Between clear and TLS nothing may be sent, and what comes is no command. */
  #isBetween = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Says whose replies go out here. */
  attach(session: Session): void {
    this.#session = session;
  }

  /** Begins to read, the greeting being sent. */
  start(session: Session): void {
    this.#decoder = new LineDecoder({ maxLineBytes: session.settings.maxCommandBytes });
    this.#listen();
    this.#socket.resume();
  }

  /** Sends nothing until the connection is exchanged: with implicit TLS nothing is said in clear. */
  mute(): void {
    this.#isBetween = true;
  }

  async exchange(change: (socket: Socket) => Promise<Socket>): Promise<void> {
    const isAhead = this.#queue.length > 0 || this.#decoder?.isBetweenLines === false;
    // Obeyed behind the change, it would pass for what a secured client said (RFC 4217 §13).
    if (isAhead) throw new Error('the client sent commands ahead of it');
    this.#isBetween = true;
    this.#unlisten();
    this.#socket.pause();
    const isStarted = this.#decoder !== undefined;
    try {
      this.#socket = await change(this.#socket);
    } finally {
      this.#isBetween = false;
    }
    if (this.#isClosed) return void this.#socket.destroy();
    if (!isStarted) return;
    this.start(this.#session!);
    // The end may have come before anybody listened.
    if (this.#socket.destroyed) this.#loseConnection();
    else if (this.#socket.readableEnded) this.#noteEnd();
  }

  readonly #take = (chunk: Buffer): void => this.#takeChunk(chunk);
  readonly #endInput = (): void => this.#noteEnd();
  readonly #fail = (): void => this.#session!.end('client-error');
  readonly #loseConnection = (): void => this.#session!.end('client-closed');

  #listen(): void {
    const socket = this.#socket;
    socket.on('data', this.#take);
    socket.on('end', this.#endInput);
    socket.on('error', this.#fail);
    socket.on('close', this.#loseConnection);
  }

  #unlisten(): void {
    const socket = this.#socket;
    socket.off('data', this.#take);
    socket.off('end', this.#endInput);
    socket.off('error', this.#fail);
    socket.off('close', this.#loseConnection);
  }

  send(text: string): void {
    if (this.#isClosed || this.#isBetween || !this.#socket.writable) return;
    // File names may hold bytes that are no UTF-8; they go out as they came in.
    this.#socket.write(text.isWellFormed() ? text : encodeName(text));
  }

  transferBegan(): void {
    this.#passTransfer(this.#session!);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue.length = 0;
    if (!this.#isRunning) void this.#session?.dispose();
    const socket = this.#socket;
    if (socket.destroyed) return;
    if (this.#isBetween) return void socket.destroy();
    socket.end();
    // Unread input would turn the close into a reset, and the client would lose its last reply.
    socket.resume();
    socket.setTimeout(closeMs, () => socket.destroy());
  }

  #takeChunk(chunk: Buffer): void {
    if (this.#isClosed) return;
    const session = this.#session!;
    session.timers.refresh('idle');
    let refusals = 0;
    for (const event of this.#decoder!.push(chunk)) {
      if (event.type === 'negotiation') {
        // No client negotiates that much; who floods, or reads nothing, gets no more refusals.
        if (refusals++ < maxRefusals && !this.#socket.writableNeedDrain) this.#socket.write(event.reply);
      } else if (event.type !== 'telnet') this.#queue.push(event);
    }
    if (this.#queue.length > maxQueuedLines) this.#socket.pause();
    if (this.#isRunning) this.#passTransfer(session);
    else void this.#run(session);
  }

  #noteEnd(): void {
    this.#isInputEnded = true;
    const session = this.#session!;
    if (!this.#isRunning || session.isTransferring) session.end('client-closed');
  }

  /** What may be done while a transfer runs. */
  #passTransfer(session: Session): void {
    if (!session.isTransferring) return;
    for (let index = 0; index < this.#queue.length; index++) {
      const verb = verbOf(this.#queue[index]!);
      // ABOR stays queued: its own reply comes after the 426 of the transfer.
      if (verb === 'ABOR') session.abortTransfer();
      if (verb === 'STAT' && !this.#isAnswering && !this.#socket.writableNeedDrain) {
        const [line] = this.#queue.splice(index--, 1);
        void this.#answer(session, line!);
      }
    }
  }

  /** One at a time, and between two of them the loop turns. */
  async #answer(session: Session, line: Queued): Promise<void> {
    this.#isAnswering = true;
    await this.#dispatch(session, line);
    await turnOfTheLoop();
    this.#isAnswering = false;
    this.#passTransfer(session);
  }

  async #run(session: Session): Promise<void> {
    this.#isRunning = true;
    let count = 0;
    for (let line = this.#queue.shift(); line && !session.isEnded; line = this.#queue.shift()) {
      await this.#rate.wait(session);
      if (session.isEnded) break;
      await this.#dispatch(session, line);
      if (session.context.isDraining())
        session.end('shutdown', reply(421, 'Service shutting down, closing control connection'));
      if (this.#socket.writableNeedDrain) await this.#drained(session);
      // Many commands of one packet must not hold up the other sessions.
      if (++count % commandsPerTurn === 0) await turnOfTheLoop();
    }
    this.#isRunning = false;
    if (this.#isInputEnded) session.end('client-closed');
    else if (this.#socket.isPaused() && !this.#isClosed) this.#socket.resume();
    if (session.isEnded) await session.dispose();
  }

  async #dispatch(session: Session, line: Queued): Promise<void> {
    if (line.type === 'overlong') {
      session.write(reply(500, 'Command line too long'));
      return;
    }
    try {
      await dispatch(session, decodeName(withoutSynch(line.bytes)));
    } catch (error) {
      session.context.log(
        'error',
        `a command failed unexpectedly: ${String(error instanceof Error ? error.stack : error)}`,
        session,
      );
      session.write(reply(451, 'Requested action aborted: local error in processing'));
    }
  }

  /** A client that takes no replies gets no more of its commands done. */
  async #drained(session: Session): Promise<void> {
    await once(this.#socket, 'drain', { signal: session.signal }).catch(() => undefined);
  }
}

/**
 * The Telnet Synch of an ABOR (RFC 959 §4.1.3) comes with an urgent byte that the system takes out of the stream;
 * what is left of it stands in front of the verb.
 */
function withoutSynch(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length && bytes[start]! >= 0xf0) start++;
  return start === 0 ? bytes : bytes.subarray(start);
}

function verbOf(line: Queued): string {
  if (line.type === 'overlong') return '';
  const bytes = withoutSynch(line.bytes);
  return bytes.length === 4 ? String.fromCharCode(...bytes).toUpperCase() : '';
}

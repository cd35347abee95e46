import { connect, type Socket } from 'node:net';
import { within } from './deadline.ts';
import { parseReply, type ServerReply } from './reply.ts';

export interface ControlClientOptions {
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Address to connect from. Default: the system's choice. */
  readonly localAddress?: string;
  /** Time for one reply, in milliseconds. Default: 5000. */
  readonly deadlineMs?: number;
}

/** A control connection that sends exactly what it is told and reads replies strictly. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #deadlineMs: number;
  #received: Buffer = Buffer.alloc(0);
  #isEnded = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  /** Everything sent and received, for the message of a failing test. */
  readonly transcript: string[] = [];
  /** Telnet negotiation that the server sent, in order. */
  readonly telnet: Uint8Array[] = [];

  private constructor(socket: Socket, deadlineMs: number) {
    this.#socket = socket;
    this.#deadlineMs = deadlineMs;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    socket.on('error', (error) => {
      this.#failure = error;
    });
    socket.on('close', () => {
      this.#isEnded = true;
      this.#wake?.();
    });
    socket.on('end', () => {
      this.#isEnded = true;
      this.#wake?.();
    });
  }

  /** Connects; the greeting is still to be read. */
  static async connect({
    port,
    host = '127.0.0.1',
    localAddress,
    deadlineMs = 5_000,
  }: ControlClientOptions): Promise<ControlClient> {
    const socket = connect({ port, host, ...(localAddress === undefined ? {} : { localAddress }) });
    const client = new ControlClient(socket, deadlineMs);
    await within(
      new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
      }),
      deadlineMs,
      `connection to ${host}:${port}`,
    );
    return client;
  }

  /** Connects, reads the greeting, logs in; fails unless the server answers 220, 331, 230. */
  static async login(
    options: ControlClientOptions & { readonly user: string; readonly password: string },
  ): Promise<ControlClient> {
    const client = await ControlClient.connect(options);
    try {
      await client.expect(220);
      await client.ask(`USER ${options.user}`, 331);
      await client.ask(`PASS ${options.password}`, 230);
      return client;
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress ?? '';
  }

  get localAddress(): string {
    return this.#socket.localAddress ?? '';
  }

  /** Sends the line and CRLF. */
  send(line: string | Uint8Array): void {
    this.sendRaw(Buffer.concat([Buffer.from(line as string), Buffer.from('\r\n')]));
  }

  /** Sends just these bytes. */
  sendRaw(bytes: string | Uint8Array): void {
    this.transcript.push(
      `> ${JSON.stringify(
        Buffer.from(bytes as string)
          .toString('latin1')
          .slice(0, 200),
      )}`,
    );
    this.#socket.write(bytes);
  }

  /** Sends the bytes as TCP urgent data where the test needs Telnet's Synch; here in line, as most clients do. */
  sendAbort(): void {
    this.sendRaw(Buffer.from([0xff, 0xf4, 0xff, 0xf2]));
    this.send('ABOR');
  }

  /** The next reply. @throws {DeadlineError} when none comes; an Error when the server closes instead. */
  async reply(): Promise<ServerReply> {
    for (;;) {
      const parsed = parseReply(this.#received);
      if (parsed.kind !== 'incomplete') {
        this.#received = this.#received.subarray(parsed.used);
        if (parsed.kind === 'telnet') {
          this.telnet.push(parsed.bytes);
          continue;
        }
        this.transcript.push(`< ${parsed.reply.code} ${parsed.reply.text.slice(0, 200)}`);
        return parsed.reply;
      }
      if (this.#isEnded)
        throw new Error(`closed by the server${this.#failure ? `: ${this.#failure.message}` : ''}`);
      await this.#change('a reply');
    }
  }

  /** The next reply, which must have this code. */
  async expect(code: number): Promise<ServerReply> {
    const reply = await this.reply();
    if (reply.code !== code)
      throw new Error(`expected ${code}, got ${reply.code} ${reply.text}\n${this.transcript.join('\n')}`);
    return reply;
  }

  /** Sends a line and reads its reply, which must have the code if one is given. */
  async ask(line: string, code?: number): Promise<ServerReply> {
    this.send(line);
    return code === undefined ? this.reply() : this.expect(code);
  }

  /** Waits until the server closes, having sent nothing more. */
  async closed(): Promise<void> {
    while (!this.#isEnded) await this.#change('the end of the connection');
    if (this.#received.length > 0)
      throw new Error(`before the end came ${JSON.stringify(this.#received.toString('latin1'))}`);
    this.transcript.push('< (closed)');
  }

  /** QUIT, 221, end: fails if any other reply was still under way. */
  async quit(): Promise<void> {
    await this.ask('QUIT', 221);
    await this.closed();
    this.destroy();
  }

  /** Drops the connection at once; a reset instead of an orderly end if asked for. */
  destroy({ withReset = false }: { readonly withReset?: boolean } = {}): void {
    if (withReset) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  async #change(what: string): Promise<void> {
    const changed = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await within(changed, this.#deadlineMs, what);
  }
}

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import {
  parseReply,
  secureClearably,
  within,
  type ClearableTls,
  type ServerReply,
} from '@ftpd/test-services';

/** A client of explicit FTPS that does just what it is told; its data connections resume what it says. */
export class TlsClient {
  #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #isEnded = false;
  #wake: (() => void) | undefined;
  /** The newest session of the control connection, or of a data connection. */
  session: Buffer | undefined;
  readonly #options: ConnectionOptions;
  /** Of a connection that was secured so. */
  #clearable: ClearableTls | undefined;

  private constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#listen();
  }

  static async connect(port: number, options: ConnectionOptions = {}): Promise<TlsClient> {
    const socket = connectTcp({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return new TlsClient(socket, { rejectUnauthorized: false, ...options });
  }

  /** Through greeting, AUTH TLS and handshake. */
  static async secure(port: number, options: ConnectionOptions = {}): Promise<TlsClient> {
    const client = await TlsClient.connect(port, options);
    await client.expect(220);
    await client.ask('AUTH TLS', 234);
    await client.startTls();
    return client;
  }

  /** The same, then logged in as demo, with private data connections. */
  static async login(port: number, options: ConnectionOptions = {}): Promise<TlsClient> {
    const client = await TlsClient.secure(port, options);
    await client.ask('USER demo', 331);
    await client.ask('PASS demo', 230);
    await client.ask('PBSZ 0', 200);
    await client.ask('PROT P', 200);
    await client.ask('TYPE I', 200);
    return client;
  }

  #listen(): void {
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    const end = (): void => {
      this.#isEnded = true;
      this.#wake?.();
    };
    for (const event of ['end', 'close', 'error']) socket.on(event, end);
  }

  #unlisten(): void {
    this.#socket.removeAllListeners('data');
    for (const event of ['end', 'close', 'error']) this.#socket.removeAllListeners(event);
    this.#socket.on('error', () => {});
  }

  get secured(): TLSSocket {
    return this.#socket as TLSSocket;
  }

  get raw(): Socket {
    return this.#socket;
  }

  async startTls(): Promise<void> {
    const raw = this.#socket;
    this.#unlisten();
    const socket = connectTls({ ...this.#options, socket: raw });
    socket.on('session', (session: Buffer) => {
      this.session = session;
    });
    await within(once(socket, 'secureConnect'), 5000, 'TLS handshake of the control connection');
    if (socket.getProtocol() === 'TLSv1.2') this.session = socket.getSession();
    this.#socket = socket;
    this.#listen();
  }

  /** The same, in a way that `endTls` can follow. */
  async startClearableTls(): Promise<ClearableTls> {
    this.#unlisten();
    const clearable = await secureClearably(this.#socket, this.#options);
    const { socket } = clearable;
    if (socket.getProtocol() === 'TLSv1.2') this.session = socket.getSession();
    socket.on('session', (session: Buffer) => {
      this.session = session;
    });
    this.#socket = socket;
    this.#clearable = clearable;
    this.#listen();
    return clearable;
  }

  /** Goes on in clear once the server has ended TLS, and sends these bytes together with its own end, if it sends one. */
  async endTls(sendsCloseNotify: boolean, ahead = ''): Promise<void> {
    const { raw, clear, ended } = this.#clearable!;
    // Its listener would be taken off with the others.
    await within(ended, 5000, "the server's close_notify");
    this.#unlisten();
    raw.cork();
    this.#socket = await clear(sendsCloseNotify);
    this.#isEnded = raw.readableEnded || raw.destroyed;
    this.#listen();
    if (ahead !== '') raw.write(ahead);
    raw.uncork();
  }

  send(text: string): void {
    this.#socket.write(`${text}\r\n`);
  }

  sendRaw(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  async reply(): Promise<ServerReply> {
    for (;;) {
      const parsed = parseReply(this.#received);
      if (parsed.kind === 'reply') {
        this.#received = this.#received.subarray(parsed.used);
        return parsed.reply;
      }
      if (this.#isEnded) throw new Error('the server closed the connection');
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await within(changed, 5000, 'reply');
    }
  }

  async expect(code: number): Promise<ServerReply> {
    const reply = await this.reply();
    if (reply.code !== code) throw new Error(`${code} was expected, not ${reply.code} ${reply.text}`);
    return reply;
  }

  ask(line: string, code: number): Promise<ServerReply> {
    this.send(line);
    return this.expect(code);
  }

  /** Whether the server closes without another word. */
  async closed(): Promise<void> {
    while (!this.#isEnded) {
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await within(changed, 5000, 'the end of the connection');
    }
  }

  /** A connection to a new passive port, in clear yet. */
  async openData(): Promise<Socket> {
    const { text } = await this.ask('EPSV', 229);
    const port = Number(/\|\|\|(\d+)\|/.exec(text)?.[1]);
    const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  }

  /** Performs the handshake on a data connection, resuming the newest session unless another is given. */
  async secureData(raw: Socket, session: Buffer | undefined = this.session): Promise<TLSSocket> {
    const socket = connectTls({ ...this.#options, socket: raw, ...(session ? { session } : {}) });
    socket.on('session', (renewed: Buffer) => {
      this.session = renewed;
    });
    socket.on('error', () => {});
    await within(once(socket, 'secureConnect'), 5000, 'TLS handshake of a data connection');
    return socket;
  }

  async download(command: string): Promise<Buffer> {
    const raw = await this.openData();
    await this.ask(command, 150);
    const data = await this.secureData(raw);
    const chunks: Buffer[] = [];
    for await (const chunk of data) chunks.push(chunk as Buffer);
    await this.expect(226);
    return Buffer.concat(chunks);
  }

  async upload(command: string, bytes: Uint8Array): Promise<void> {
    const raw = await this.openData();
    await this.ask(command, 150);
    const data = await this.secureData(raw);
    data.end(bytes);
    data.resume();
    await this.expect(226);
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

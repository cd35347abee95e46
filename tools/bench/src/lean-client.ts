import { connect, type Socket } from 'node:net';
import { PASSWORD } from './site.ts';

/** A client that does no more than a server needs, so that servers are measured. Any reply of 400 or more is a failure. */
export class LeanClient {
  readonly #socket: Socket;
  #received = '';
  #awaited: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#settle();
    });
    socket.once('error', (error) => this.#awaited?.reject(error));
    socket.once('close', () => this.#awaited?.reject(new Error('the server closed the connection')));
  }

  static async login(port: number, user: string): Promise<LeanClient> {
    const client = new LeanClient(connect({ port, host: '127.0.0.1', noDelay: true }));
    await client.#reply();
    await client.ask(`USER ${user}`);
    await client.ask(`PASS ${PASSWORD}`);
    await client.ask('TYPE I');
    return client;
  }

  /** @returns the last line of the reply. */
  ask(line: string): Promise<string> {
    this.#socket.write(`${line}\r\n`, 'latin1');
    return this.#reply();
  }

  /** @returns how many bytes came. */
  async fetch(line: string): Promise<number> {
    const data = await this.#passive();
    let count = 0;
    data.on('data', (chunk: Buffer) => (count += chunk.length));
    const ended = ending(data);
    await this.ask(line);
    await ended;
    await this.#reply();
    return count;
  }

  async quit(): Promise<void> {
    await this.ask('QUIT');
    this.#socket.destroy();
  }

  async #passive(): Promise<Socket> {
    const port = /\|\|\|(\d+)\|/.exec(await this.ask('EPSV'))?.[1];
    return connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
  }

  #reply(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#awaited = { resolve, reject };
      this.#settle();
    });
  }

  #settle(): void {
    const found = /^(\d{3}) [^\r\n]*\r\n/m.exec(this.#received);
    if (!found || !this.#awaited) return;
    this.#received = this.#received.slice(found.index + found[0].length);
    const { resolve, reject } = this.#awaited;
    this.#awaited = undefined;
    if (Number(found[1]) >= 400) reject(new Error(`the server answered ${found[0].trim()}`));
    else resolve(found[0]);
  }
}

function ending(data: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    data.once('end', () => data.end());
    data.once('close', () => resolve());
    data.once('error', reject);
  });
}

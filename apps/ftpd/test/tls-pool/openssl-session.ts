import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { PASSWORD, until, within } from '@ftpd/test-services';

const patienceMs = 15_000;

/** A program of OpenSSL that talks to a server, and what it has said so far. */
class Client {
  readonly #child: ChildProcess;
  #text = '';

  constructor(args: readonly string[]) {
    // It takes no line of ours as a command to itself, and goes on when its own input has ended.
    const words = ['s_client', '-nocommands', '-ign_eof', '-crlf', ...args];
    this.#child = spawn('openssl', words, { stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#text += text;
      });
    this.#child.stdin?.on('error', () => {});
  }

  get text(): string {
    return this.#text;
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  endInput(): void {
    this.#child.stdin?.end();
  }

  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
  }

  async until(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const found = await until(
      () => pattern.exec(this.#text.slice(from)) ?? this.#child.exitCode !== null,
      patienceMs,
      `${pattern} in what openssl says`,
    );
    if (typeof found === 'object') return found;
    const late = pattern.exec(this.#text.slice(from));
    if (late === null) throw new Error(`openssl ended without ${pattern}:\n${this.#text}`);
    return late;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

export interface ControlOptions {
  readonly port: number;
  readonly user: string;
  readonly version: '-tls1_2' | '-tls1_3';
  /** A file with the session to be resumed. Default: none. */
  readonly sessionIn?: string;
  /** The file for the sessions that the server gives. */
  readonly sessionOut: string;
}

/** What `openssl s_client` says of a connection. */
export interface Said {
  readonly isReused: boolean;
  readonly text: string;
}

/** A session of FTP whose control connection and data connections are those of `openssl s_client`. */
export class OpensslSession {
  readonly #control: Client;
  readonly #options: ControlOptions;
  readonly isReused: boolean;
  /** In hexadecimal, of TLS 1.2. */
  readonly sessionId: string;

  private constructor(control: Client, options: ControlOptions) {
    this.#control = control;
    this.#options = options;
    this.isReused = reused(control.text);
    this.sessionId = /Session-ID: ([0-9A-F]+)/.exec(control.text)?.[1]?.toLowerCase() ?? '';
  }

  /** Connects, says AUTH TLS, logs in and asks for protected data connections. */
  static async logIn(options: ControlOptions): Promise<OpensslSession> {
    const { port, user, version, sessionIn, sessionOut } = options;
    const resume = sessionIn === undefined ? [] : ['-sess_in', sessionIn];
    const address = ['-connect', `127.0.0.1:${port}`, '-starttls', 'ftp'];
    const control = new Client([...address, version, ...resume, '-sess_out', sessionOut]);
    try {
      await control.until(/^(New|Reused), .*$/m);
      // The last thing that it shows of what was said in clear, once the handshake is done.
      await control.until(/^2(?:20|34) .*$/m);
      const session = new OpensslSession(control, options);
      await session.ask(`USER ${user}`, 331);
      await session.ask(`PASS ${PASSWORD}`, 230);
      await session.ask('PBSZ 0', 200);
      await session.ask('PROT P', 200);
      return session;
    } catch (error) {
      control.kill();
      throw error;
    }
  }

  /** @returns the last line of the reply, which has this code. */
  async ask(line: string, code: number): Promise<string> {
    const from = this.#control.text.length;
    this.#control.write(line);
    const [reply] = await this.#control.until(/^[1-5]\d\d .*$/m, from);
    if (!reply.startsWith(String(code))) throw new Error(`${line} got ${reply}`);
    return reply;
  }

  /** A passive port, as the option of the client that goes there with the newest session that there is. */
  async #dataOptions(): Promise<readonly string[]> {
    const [, high, low] = /(\d+),(\d+)\)/.exec(await this.ask('PASV', 227)) ?? [];
    const port = Number(high) * 256 + Number(low);
    const { version, sessionIn, sessionOut } = this.#options;
    // A resumed session of TLS 1.2 is the old one: the client writes no new one.
    const offered = sessionIn === undefined || existsSync(sessionOut) ? sessionOut : sessionIn;
    return ['-connect', `127.0.0.1:${port}`, version, '-sess_in', offered];
  }

  /** A transfer whose data connection leaves its own session for the next one. @returns what came. */
  async transfer(command: string, upload?: Uint8Array): Promise<Buffer> {
    const keeping = ['-sess_out', this.#options.sessionOut];
    // Its input is the upload, and ends it.
    const ending = upload === undefined ? '-ign_eof' : '-no_ign_eof';
    const words = ['s_client', '-quiet', '-nocommands', ending, ...(await this.#dataOptions()), ...keeping];
    const data = spawn('openssl', words, { stdio: ['pipe', 'pipe', 'ignore'] });
    try {
      data.stdin.on('error', () => {});
      data.stdin.end(upload);
      const from = this.#control.text.length;
      this.#control.write(command);
      const received = await within(buffer(data.stdout), patienceMs, command);
      const [reply] = await this.#control.until(/^(226|4\d\d|5\d\d) .*$/m, from);
      if (!reply.startsWith('226')) throw new Error(`${command} got ${reply}`);
      return received;
    } finally {
      data.kill('SIGKILL');
    }
  }

  /** A listing through a data connection that offers the session of the control connection. */
  async list(): Promise<Said> {
    const data = new Client(await this.#dataOptions());
    const from = this.#control.text.length;
    this.#control.write('LIST');
    data.endInput();
    await data.ended();
    const [reply] = await this.#control.until(/^(226|4\d\d|5\d\d) .*$/m, from);
    if (!reply.startsWith('226')) throw new Error(`LIST got ${reply}`);
    return { isReused: reused(data.text), text: data.text };
  }

  async quit(): Promise<void> {
    this.#control.write('QUIT');
    await this.#control.ended();
  }

  kill(): void {
    this.#control.kill();
  }
}

function reused(text: string): boolean {
  return /^Reused, TLSv1\.[23]/m.test(text);
}

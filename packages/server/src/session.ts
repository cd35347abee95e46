import type { Socket } from 'node:net';
import type { Account } from '@ftpd/auth';
import {
  advance,
  encodeReply,
  factNames,
  initialState,
  isLoggedIn,
  type FactName,
  type Reply,
  type SessionEvent,
  type SessionState,
} from '@ftpd/protocol';
import { rootPath, virtualPath, type StorageView, type VirtualPath } from '@ftpd/storage';
import { connectFor } from './data/connect-for.ts';
import { DataPort } from './data/data-port.ts';
import type { ConnectionFacts, LoginGrant } from './policy.ts';
import type { ServerContext } from './server-context.ts';
import { endByTimer } from './session-timeout.ts';
import { SessionTimers } from './session-timers.ts';
import type { EndReason, SessionView } from './session-view.ts';
import { defaultSettings, type PathSettings, type Settings } from './settings.ts';
import { SessionSecurity } from './tls/session-security.ts';
import type { TlsFacts } from './tls/tls-facts.ts';
import { TransferAborted } from './transfer/runner.ts';

/** Where replies go: the control connection, or another front end. */
export interface SessionOutput {
  send(text: string): void;
  /** A transfer is under way: what may pass it is to be looked for among what was sent already. */
  transferBegan(): void;
  /**
   * Goes on with another connection in the place of this one, such as the same with TLS. Nothing is read or sent meanwhile.
   * @throws when the client sent something ahead, which belongs to neither, and what `change` throws.
   */
  exchange(change: (socket: Socket) => Promise<Socket>): Promise<void>;
  /** Sends what is waiting, then closes. */
  close(): void;
}

/** What later commands are told by TYPE, EPSV ALL and OPTS MLST. */
export interface TransferParameters {
  type: 'A' | 'I';
  isEpsvOnly: boolean;
  /** Facts chosen with OPTS MLST. */
  facts: readonly FactName[];
}

/** One for all: making an error, with its stack, costs more than the rest of an end. */
const sessionEnded = new Error('the session ended');

/** All state of one client; the owner of its data port, timers and storage view. */
export class Session implements SessionView {
  readonly id: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly connectedAtMs: number;
  readonly context: ServerContext;
  readonly dataPort: DataPort;
  readonly timers: SessionTimers;
  readonly security: SessionSecurity = new SessionSecurity();
  readonly parameters: TransferParameters = { type: 'A', isEpsvOnly: false, facts: factNames };

  settings: Settings = defaultSettings;
  className: string | undefined;
  hostName: string | undefined;
  clientName: string | undefined;
  failedLogins = 0;
  bytesSent = 0;
  bytesReceived = 0;
  activity = 'idle';
  /** What DisplayChdir showed, and when that file was changed. */
  readonly shownFiles = new Map<string, number>();

  #state: SessionState = initialState;
  #user: string | undefined;
  #grant: LoginGrant | undefined;
  #storage: StorageView | undefined;
  #workingDirectory: VirtualPath = rootPath;
  #transfer: AbortController | undefined;
  #endReason: EndReason | undefined;
  readonly #output: SessionOutput;
  readonly #lifetime = new AbortController();

  constructor(id: number, facts: ConnectionFacts, context: ServerContext, output: SessionOutput) {
    this.id = id;
    this.remoteAddress = facts.remoteAddress;
    this.remotePort = facts.remotePort;
    this.localAddress = facts.localAddress;
    this.localPort = facts.localPort;
    this.connectedAtMs = context.now();
    this.context = context;
    this.dataPort = new DataPort((target, signal) => connectFor(this, target, signal));
    this.timers = new SessionTimers((name, durationMs) => void endByTimer(this, name, durationMs));
    this.#output = output;
  }

  /** The phase of the dialogue, with what belongs to it. */
  get state(): SessionState {
    return this.#state;
  }

  get isSecure(): boolean {
    return this.security.isControlSecure;
  }

  get tls(): TlsFacts | undefined {
    return this.security.facts;
  }

  get user(): string | undefined {
    return this.#user;
  }

  get isLoggedIn(): boolean {
    return isLoggedIn(this.#state);
  }

  get isAnonymous(): boolean {
    return this.#grant?.isAnonymous ?? false;
  }

  get account(): Account | undefined {
    return this.#grant?.account;
  }

  get logName(): string | undefined {
    return this.#grant?.logName ?? this.#user;
  }

  get storage(): StorageView | undefined {
    return this.#storage;
  }

  get root(): string | undefined {
    return this.#grant?.root;
  }

  get workingDirectory(): VirtualPath {
    return this.#workingDirectory;
  }

  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  get isEnded(): boolean {
    return this.#endReason !== undefined;
  }

  get isTransferring(): boolean {
    return this.#transfer !== undefined;
  }

  /** For STAT: what the data connection is doing. */
  get transferStatus(): string {
    return this.#transfer ? `Data connection: ${this.activity} in progress` : this.dataPort.description;
  }

  /** The files of the user. Handlers of rows that need a login may rely on it. */
  get files(): StorageView {
    if (!this.#storage) throw new TypeError('a command that needs a login ran without one');
    return this.#storage;
  }

  /** A path as the client means it: from the working directory, with `~` as the start folder. @throws {StorageError} */
  pathOf(text: string): VirtualPath {
    if (text === '~') return this.#grant?.start ?? rootPath;
    if (text.startsWith('~/')) return virtualPath(text.slice(2), this.#grant?.start ?? rootPath);
    return virtualPath(text, this.#workingDirectory);
  }

  /** Settings that hold for what is in a folder, or for the folder itself. */
  settingsAt(path: VirtualPath): PathSettings {
    return this.settings.at(path);
  }

  write(reply: Reply): void {
    if (this.isEnded) return;
    for (const line of reply.lines) this.context.trace('response', 1, () => `${reply.code} ${line}`, this);
    this.#output.send(encodeReply(reply, { isRfc2228Multiline: this.settings.usesRfc2228Multiline }));
  }

  /** See `SessionOutput.exchange`. */
  exchange(change: (socket: Socket) => Promise<Socket>): Promise<void> {
    return this.#output.exchange(change);
  }

  /** Moves the dialogue on. @throws {ProtocolError} PROTO_SEQUENCE */
  advance(event: SessionEvent): void {
    this.#state = advance(this.#state, event);
  }

  /** USER was given; nobody is logged in yet. */
  setUser(user: string): void {
    this.advance({ type: 'user-given', user });
    this.#user = user;
    this.context.registry.update(this);
  }

  logIn(user: string, grant: LoginGrant, storage: StorageView): void {
    this.advance({ type: 'logged-in', user });
    this.#user = user;
    this.#grant = grant;
    this.#storage = storage;
    this.#workingDirectory = grant.start;
    this.settings = grant.settings;
    this.parameters.type = grant.settings.defaultType;
    this.timers.stop('login');
    this.timers.start('idle', grant.settings.timeouts.idleMs);
    this.timers.start('noTransfer', grant.settings.timeouts.noTransferMs);
    this.timers.start('session', grant.settings.timeouts.sessionMs);
    this.context.registry.update(this);
  }

  /** REIN: everything is as after the greeting, but for the server chosen by HOST. */
  async reinitialise(settings: Settings): Promise<void> {
    const storage = this.#storage;
    this.advance({ type: 'reinitialised' });
    this.#user = undefined;
    this.#grant = undefined;
    this.#storage = undefined;
    this.#workingDirectory = rootPath;
    this.settings = settings;
    this.parameters.type = settings.defaultType;
    this.parameters.isEpsvOnly = false;
    this.parameters.facts = factNames;
    this.security.isDataPrivate = false;
    this.dataPort.close();
    this.timers.stop('noTransfer');
    this.timers.stop('session');
    this.timers.start('login', settings.timeouts.loginMs);
    this.context.registry.update(this);
    await storage?.close();
  }

  enterDirectory(path: VirtualPath, settings: Settings = this.settings): void {
    this.#workingDirectory = path;
    this.settings = settings;
  }

  /** Runs a transfer so that ABOR, and the end of the session, can end it. */
  async withTransfer<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#transfer = controller;
    if (this.isEnded) controller.abort(new TransferAborted('session-ended'));
    else this.#output.transferBegan();
    try {
      return await run(controller.signal);
    } finally {
      this.#transfer = undefined;
      this.timers.stop('stalled');
      if (!this.isEnded) {
        this.timers.start('idle', this.settings.timeouts.idleMs);
        this.timers.start('noTransfer', this.settings.timeouts.noTransferMs);
      }
    }
  }

  /** The data connection stands: from now on only a stall ends the session. */
  beginTransfer(): void {
    this.timers.stop('idle');
    this.timers.stop('noTransfer');
    this.timers.start('stalled', this.settings.timeouts.stalledMs);
  }

  /** @returns false when nothing is under way. */
  abortTransfer(): boolean {
    this.#transfer?.abort(new TransferAborted('aborted'));
    return this.#transfer !== undefined;
  }

  countBytes(direction: 'send' | 'receive', count: number): void {
    if (direction === 'send') this.bytesSent += count;
    else this.bytesReceived += count;
    this.timers.refresh('stalled');
  }

  end(reason: EndReason, ...replies: readonly Reply[]): void {
    if (this.isEnded) return;
    for (const reply of replies) this.write(reply);
    this.#endReason = reason;
    this.timers.stopAll();
    this.#transfer?.abort(new TransferAborted('session-ended'));
    this.dataPort.close();
    this.context.registry.leave(this);
    this.#output.close();
    this.#lifetime.abort(sessionEnded);
    this.context.hooks.end(this, reason);
  }

  /** After the last command has ended: gives the files back. */
  async dispose(): Promise<void> {
    const storage = this.#storage;
    this.#storage = undefined;
    await storage?.close();
  }
}

import type { AnyCommandRow, Reply } from '@ftpd/protocol';
import type { VirtualPath } from '@ftpd/storage';
import type { EndReason, SessionView } from './session-view.ts';

/** A command on its way. */
export interface Command {
  readonly row: AnyCommandRow;
  /** In capitals, as sent: an alias stays an alias. */
  readonly verb: string;
  readonly argument: string;
}

/** One file or listing that went over a data connection, whole or not. */
export interface TransferRecord {
  readonly verb: string;
  readonly direction: 'sent' | 'received' | 'deleted';
  /** The file; absent for listings. */
  readonly path: VirtualPath | undefined;
  readonly bytes: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly type: 'A' | 'I';
  readonly isComplete: boolean;
  /** Absent when complete. */
  readonly failure?: string;
}

export interface HookContext {
  /** Ends at the hook's deadline; `session.signal` ends with the session. */
  readonly signal: AbortSignal;
}

/** A refusal stops the command and is the reply; undefined lets it go on. */
export type PreDecision = Reply | undefined;

/** A refusal of a connection that holds for later ones of the same client to the same address and port, too. */
export interface LastingRefusal extends Reply {
  /** Whether it still holds. Asked at each such connection, which then gets the reply without a session or another hook. */
  readonly holds: () => boolean;
}

/**
 * What a module may do along the way of a session and a command. All are optional and may answer later; each has a
 * deadline, after which `pre` refuses (450) and the others are given up and logged.
 */
export interface Hooks {
  /** For logs and errors. */
  readonly name: string;
  /** After the accept, before the greeting; a reply refuses the connection, and a LastingRefusal the next ones as well. */
  connect?(session: SessionView, context: HookContext): PreDecision | Promise<PreDecision>;
  host?(session: SessionView, context: HookContext): PreDecision | Promise<PreDecision>;
  /** May change the argument before it is parsed. */
  rewrite?(session: SessionView, command: Command, context: HookContext): string | Promise<string>;
  pre?(session: SessionView, command: Command, context: HookContext): PreDecision | Promise<PreDecision>;
  /** Lines that are put in front of the reply of a command that succeeded. */
  post?(
    session: SessionView,
    command: Command,
    reply: Reply,
    context: HookContext,
  ): readonly string[] | undefined | Promise<readonly string[] | undefined>;
  postError?(
    session: SessionView,
    command: Command,
    reply: Reply,
    context: HookContext,
  ): void | Promise<void>;
  log?(session: SessionView, command: Command, reply: Reply): void;
  logError?(session: SessionView, command: Command, reply: Reply): void;
  transfer?(session: SessionView, record: TransferRecord): void;
  login?(session: SessionView): void | Promise<void>;
  end?(session: SessionView, reason: EndReason): void;
}

/**
 * What happened, by ProFTPD's names where it has one (mod_ban's BanOnEvent and others listen).
 * `detail` is the subject where it is not the client's address.
 */
export type ServerEventName =
  | 'AnonRejectPasswords'
  | 'BadProtocol'
  | 'ClientConnectRate'
  | 'EmptyPassword'
  | 'InvalidCommand'
  | 'LoginFailed'
  | 'LoginRate'
  | 'MaxClients'
  | 'MaxClientsPerClass'
  | 'MaxClientsPerHost'
  | 'MaxClientsPerUser'
  | 'MaxCommandRate'
  | 'MaxConnectionsPerHost'
  | 'MaxHostsPerUser'
  | 'MaxLoginAttempts'
  | 'RootLogin'
  | 'TLSHandshake'
  | 'TimeoutIdle'
  | 'TimeoutLogin'
  | 'TimeoutNoTransfer'
  | 'TimeoutSession'
  | 'TimeoutStalled'
  | 'UnhandledCommand';

export interface ServerEvent {
  readonly name: ServerEventName;
  readonly session: SessionView;
  readonly detail?: string;
}

/**
 * Hears events. What comes next waits for a promise, for 10 s at the most: a listener may end the session first. Events
 * are of failures and limits, but for ClientConnectRate and LoginRate.
 */
export type EventListener = (event: ServerEvent) => void | Promise<void>;

/** Severity as syslog(3) has it. */
export type LogLevel = 'error' | 'warning' | 'notice' | 'info' | 'debug';

/** Where the server tells what it does; the daemon writes SystemLog from it. Texts hold no control characters. */
export type ServerLog = (level: LogLevel, text: string, session?: SessionView) => void;

/**
 * Where the server tells details for who looks for errors; the daemon writes ProFTPD's TraceLog from it.
 * @param channel - What it is about: `command`, `data`, `fileperms`, `response`.
 * @param level - From 1 up; the higher, the less important.
 * @param text - Called only if the message is wanted. May hold control characters.
 */
export type ServerTrace = (channel: string, level: number, text: () => string, session?: SessionView) => void;

import type { Account, Authenticator, PasswordCheck } from '@ftpd/auth';
import type { Cache, CacheDriver, PoolSecret } from '@ftpd/cache';
import type { AnyRow, DefaultedRow, DirectiveRow } from '@ftpd/config';
import type {
  EventListener,
  Hooks,
  LogLevel,
  PreDecision,
  ServerEventName,
  ServerTrace,
  SessionView,
  TlsPort,
} from '@ftpd/server';
import type { ControlAnswer, ControlRequest, ControlsAcl } from './controls.ts';

/** The contract's version: raised when a module written for the one before could fail. */
export type ApiVersion = 1;

/** A reply as hooks and handlers of modules give it. */
export type ModuleReply = NonNullable<PreDecision>;

/** Values of directives for one place: a server, or a session at a moment. */
export interface DirectiveReader {
  /** The value in force; the row's default, or undefined, where the configuration has none. */
  first<T>(row: DefaultedRow<T>): T;
  first<T>(row: DirectiveRow<T>): T | undefined;
  /** All values in force, in the order of the file. */
  all<T>(row: DirectiveRow<T>): readonly T[];
}

/** One server of the configuration: the main one has the id 1, virtual ones follow in file order. */
export interface ConfiguredServer {
  readonly id: number;
  readonly name: string;
  /** Numeric; `0.0.0.0` and `::` stand for all. */
  readonly addresses: readonly string[];
  /** 0: it takes no connections. */
  readonly port: number;
  readonly directives: DirectiveReader;
}

/** Stores that the processes of a pool share, or that stand in for one: what `memcache` in `BanCache memcache` means. */
export interface Caches {
  /**
   * The cache of a name: `memcache`, `redis`, or that of a CacheBackend line. Whoever asks for the same store gets the
   * same cache; it belongs to the daemon and is not to be closed. Ask in `start`, each time, and keep no older answer.
   * @param directives - Of the server that it is for: `servers[session.settings.serverId - 1].directives` for a session.
   * @returns undefined if nothing gives it: the module or its package is not there, it is off, or no server is configured.
   */
  of(name: string, directives: DirectiveReader): Promise<Cache | undefined>;
}

/** What a module works with. A new one is made for each configuration. */
export interface ModuleContext {
  /** The main server first. */
  readonly servers: readonly ConfiguredServer[];
  /** Every value of a directive, wherever in the configuration it stands. */
  everywhere<T>(row: DirectiveRow<T>): readonly T[];
  /** The server at a session's address and port that has a name (ServerAlias), as HOST finds it. Undefined: none. */
  readonly serverNamed: (
    session: Pick<SessionView, 'localAddress' | 'localPort'>,
    name: string,
  ) => ConfiguredServer | undefined;
  /** False on the first configuration of the process, true on those that SIGHUP brings. */
  readonly isReload: boolean;
  /** The name of a session's client where it is known, else its address. */
  readonly clientName: (session: SessionView) => string;
  /** Writes to SystemLog; control characters are escaped. */
  readonly log: (level: LogLevel, text: string, session?: SessionView) => void;
  /** Writes to TraceLog, where Trace wants the channel and level: else `text` is not even asked for. */
  readonly trace: ServerTrace;
  readonly caches: Caches;
  /**
   * What the machines of the pool have in common (PoolSecretFile), for `createSealer` and the like of `@ftpd/cache`.
   * Undefined: there is none; what needs it stays local then, and says so once.
   */
  readonly poolSecret: () => Promise<PoolSecret | undefined>;
}

/** `proved`: it is this user. Else it is if a file in the user's home, read as that user, says so; of it 64 KiB are read. */
export type CertificateClaim =
  | 'proved'
  | { readonly fileInHome: string; readonly isProvedBy: (content: Uint8Array) => boolean };

/** What ftpdctl can ask of a running daemon. */
export interface ControlAction {
  /** In lower case: `ban`. Of two modules with the same one the first counts. */
  readonly name: string;
  /** One short sentence for `ftpdctl help`. */
  readonly summary: string;
  /** The directive that says who may. Without it, or where it is not set, nobody may. */
  readonly acls?: DirectiveRow<ControlsAcl>;
  /** What it throws is told to the client as an internal error, and logged. */
  run(request: ControlRequest, context: ModuleContext): Promise<ControlAnswer>;
}

/** The part of hooks that is not the module's name: that is known. */
export type ModuleHooks = Omit<Hooks, 'name'>;

/**
 * A module of the daemon: it turns directives into options of a package, and what happens to sessions into calls of
 * that package. Every part but the name and the version is optional.
 */
export interface FtpdModule {
  /** As in LoadModule, without `.c`: `mod_ban`. */
  readonly name: string;
  readonly apiVersion: ApiVersion;
  /** Modules whose hooks run after, or before, this one's; those that are not loaded don't matter. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** Rows made by `defineDirective`. */
  readonly directives?: readonly AnyRow[];
  /** The accounts of this module for one server or `<Anonymous>` section; AuthOrder names it. Undefined: none there. */
  auth?(directives: DirectiveReader, context: ModuleContext): Authenticator | undefined;
  /**
   * Checks passwords of accounts that other modules know, before those modules do. Asked where there is no AuthOrder,
   * and where AuthOrder names this module. Undefined: not here.
   */
  passwordCheck?(directives: DirectiveReader, context: ModuleContext): PasswordCheck | undefined;
  readonly hooks?: ModuleHooks;
  /**
   * A cache that this module gives by name, for `context.caches`. Called often; one store must give one cache.
   * @returns undefined: not by this module, or not there.
   */
  cache?(name: string, directives: DirectiveReader, context: ModuleContext): Promise<Cache | undefined>;
  /**
   * What the certificate that a client has shown says about a user whom it names in USER. Asked before a password is; the
   * account is one that may log in.
   * @returns undefined: nothing, a password is asked for.
   */
  certificateClaim?(session: SessionView, account: Account): Promise<CertificateClaim | undefined>;
  /** TLS for control and data connections; the first module that has it gives it. One object, over all configurations. */
  readonly tls?: TlsPort;
  /** What ftpdctl can ask of this module. */
  readonly controls?: readonly ControlAction[];
  /** A promise holds up what comes next in the session, 10 s at the most. */
  readonly events?: { readonly [Name in ServerEventName]?: EventListener };
  /**
   * What `start` would find wrong with files and the like, for `ftpd -t`: nothing is opened for good or connected.
   * Rejects as `start` does.
   */
  check?(context: ModuleContext): void | Promise<void>;
  /**
   * Before the first connection is accepted, and again with each new configuration: open, connect, check.
   * Rejecting keeps the daemon from starting; on a reload it keeps the old configuration.
   */
  start?(context: ModuleContext): void | Promise<void>;
  /** After the last session ended, all modules at once. The daemon waits a second at the most before it ends. */
  stop?(): void | Promise<void>;
}

/** What the package that a LoadModule line names exports: one of these, or both. */
export interface ModulePackage {
  readonly ftpdModule?: FtpdModule;
  /** For CacheBackend lines whose URL has the driver's name. */
  readonly cacheDriver?: CacheDriver;
}

/** Declares a module; the type is checked where it is written. */
export function defineModule(module: FtpdModule): FtpdModule {
  return module;
}

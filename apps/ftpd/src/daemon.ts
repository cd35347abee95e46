import { createFtpServer, type FtpServer, type FtpServerOptions, type Policy } from '@ftpd/server';
import { createLocalStorage } from '@ftpd/storage-local';
import type { RunOptions } from './argv.ts';
import { createClientNames, type ClientNames } from './client-names.ts';
import { compose, logConfiguration, type Composition } from './composition.ts';
import { loadConfigFile, problemLines } from './config-file.ts';
import { createDaemonLog, type DaemonLog } from './daemon-log.ts';
import { reportReady } from './daemonise.ts';
import { become, identityNotice, servingIdentity } from './identity.ts';
import { bindingError, createListeners, type Listeners } from './listeners.ts';
import { LogFileError } from './log/append-file.ts';
import { escapeControls } from './log/escape.ts';
import { createBuiltIns } from './modules/index.ts';
import { tcpBacklog } from './modules/core/network.ts';
import { setEnv, unsetEnv } from './modules/core/environment.ts';
import { createSystemAccounts } from './policy/system-accounts.ts';
import type { RunFile } from './run-file.ts';
import { checkScoreboard, writeRunFiles } from './run-files.ts';
import { handleSignals } from './signals.ts';
import { StartError } from './start-error.ts';
import { ownVersion, proftpdVersion } from './version.ts';

/** After SIGTERM: how long transfers may go on, and when the process ends whatever happens. */
const drainMs = 1200;
const endMs = 1700;

/**
 * Starts the daemon and serves until a signal ends it.
 * @returns the exit code: 0 after a shutdown, 1 if it could not start.
 */
export async function runDaemon(options: RunOptions): Promise<number> {
  const names = createClientNames();
  const log = createDaemonLog({
    usesTerminal: !options.isQuiet,
    debugLevel: options.debugLevel ?? 0,
    clientName: (address) => names.known(address),
  });
  // The modes of new files are made from Umask; the process must not take more off.
  process.umask(0);
  try {
    const daemon = new Daemon(options, log, names);
    await daemon.start();
    return await daemon.ended;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    for (const line of error.lines) {
      log.write('error', line);
      // Even with -q: who starts it must learn why it did not.
      if (options.isQuiet) process.stderr.write(`${escapeControls(line)}\n`);
    }
    log.close();
    return 1;
  }
}

class Daemon {
  readonly ended: Promise<number>;
  readonly #options: RunOptions;
  readonly #log: DaemonLog;
  readonly #modules = createBuiltIns();
  readonly #system = createSystemAccounts();
  readonly #names: ClientNames;
  #resolveEnded: (code: number) => void = () => {};
  #composition: Composition | undefined;
  #server: FtpServer | undefined;
  #listeners: Listeners | undefined;
  #runFiles: readonly RunFile[] = [];
  #isEnding = false;
  #reload: Promise<void> = Promise.resolve();

  constructor(options: RunOptions, log: DaemonLog, names: ClientNames) {
    this.#options = options;
    this.#log = log;
    this.#names = names;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** @throws {StartError} */
  async start(): Promise<void> {
    const composition = await this.#load(false);
    const { main } = composition;
    const identity = servingIdentity(main, this.#system, this.#options.isUnprivileged);
    checkScoreboard(main);
    applyEnvironment(composition);
    await this.#begin(composition);
    const notice = identityNotice(main);
    if (notice !== undefined) this.#log.write('notice', notice);

    let open: () => void = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const server = this.#createServer(composition, gated(composition.policy, opened));
    const listeners = createListeners(server);
    await listeners.follow(composition.listenPoints, main.first(tcpBacklog)).catch((error: unknown) => {
      throw bindingError(error, composition.listenPoints);
    });
    this.#server = server;
    this.#listeners = listeners;
    this.#composition = composition;
    this.#runFiles = writeRunFiles(main, identity !== undefined, (text) => this.#log.write('error', text));
    try {
      if (identity !== undefined) become(identity);
      await checkAccounts(composition);
    } catch (error) {
      this.#removeRunFiles();
      await server.close();
      throw error;
    }
    process.chdir('/');
    server.reconfigure(this.#serving(composition));
    open();
    handleSignals({
      reload: () => this.#queueReload(),
      end: (signal) => this.#end(`ProFTPD killed (signal ${signal})`),
      endNow: () => this.#finish(),
      log: this.#log.write,
    });
    if (!this.#options.isForeground) this.#log.leaveTerminal();
    this.#log.write('notice', `ProFTPD ${proftpdVersion} (ftpd ${ownVersion()}) standalone mode STARTUP`);
    if (!this.#options.isForeground) reportReady();
  }

  async #load(isReload: boolean): Promise<Composition> {
    const { configFile, defines, serverAddress, addressFamily } = this.#options;
    const rows = this.#modules.flatMap(({ directives = [] }) => directives);
    const loaded = await loadConfigFile(configFile, defines, rows);
    if (loaded.errors.length > 0) throw new StartError(problemLines(loaded));
    const composition = await compose({
      configuration: loaded.configuration,
      modules: this.#modules,
      system: this.#system,
      names: this.#names,
      log: this.#log.write,
      isReload,
      addressFamily,
      ...(serverAddress === undefined ? {} : { serverAddress }),
    });
    const fatal = composition.problems.filter(({ severity }) => severity === 'error').map(({ text }) => text);
    if (fatal.length > 0) throw new StartError(fatal);
    for (const line of problemLines(loaded)) this.#log.write('warning', line);
    for (const { text } of composition.problems) this.#log.write('warning', text);
    return composition;
  }

  /** Logs and modules take the configuration over. */
  async #begin(composition: Composition): Promise<void> {
    try {
      this.#log.configure(logConfiguration(composition, this.#options.debugLevel ?? 0));
      for (const module of composition.modules) await module.start?.(composition.moduleContext);
    } catch (error) {
      if (error instanceof LogFileError) throw new StartError([error.message], { cause: error });
      throw error;
    }
  }

  #createServer(composition: Composition, policy: Policy): FtpServer {
    const system = this.#system;
    const accounts = () => (this.#composition ?? composition).accounts;
    const scope = () => (this.#composition ?? composition).main;
    return createFtpServer({
      ...this.#serving(composition),
      policy,
      storage: createLocalStorage({
        userName: (uid) => accounts().of(scope()).userName?.(uid) ?? system.userName(uid),
        groupName: (gid) => accounts().of(scope()).groupName?.(gid) ?? system.groupName(gid),
      }),
      log: this.#log.write,
      onEvent: (event) => (this.#composition ?? composition).onEvent(event),
    });
  }

  #serving({
    policy,
    hooks,
    maxSessions,
  }: Composition): Pick<FtpServerOptions, 'policy' | 'hooks' | 'maxSessions'> {
    const lastHook = { name: 'nofork', end: () => this.#end('the only session has ended') };
    return {
      policy,
      hooks: this.#options.isSingleSession ? [...hooks, lastHook] : hooks,
      // Without MaxInstances, so that a reload takes an old ceiling off.
      maxSessions: maxSessions ?? Infinity,
    };
  }

  /** One at a time, however many signals come. */
  #queueReload(): void {
    this.#log.write('notice', 'received SIGHUP -- master server reparsing configuration file');
    this.#reload = this.#reload.then(() => this.#reconfigure());
  }

  async #reconfigure(): Promise<void> {
    const server = this.#server;
    const listeners = this.#listeners;
    if (server === undefined || listeners === undefined || this.#isEnding) return;
    try {
      const composition = await this.#load(true);
      await checkAccounts(composition);
      await this.#begin(composition);
      await listeners
        .follow(composition.listenPoints, composition.main.first(tcpBacklog))
        .catch((error: unknown) => {
          throw bindingError(error, composition.listenPoints);
        });
      this.#composition = composition;
      server.reconfigure(this.#serving(composition));
      this.#log.write('notice', 'the new configuration is in force for new sessions');
    } catch (error) {
      const lines =
        error instanceof StartError ? error.lines : [String(error instanceof Error ? error.stack : error)];
      for (const line of lines) this.#log.write('error', line);
      // Logs and modules may have taken the new one over before it failed.
      if (this.#composition !== undefined) await this.#begin(this.#composition).catch(() => undefined);
      this.#log.write('error', 'the configuration was not changed: the one that was in force before stays');
    }
  }

  #end(reason: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#log.write('notice', reason);
    setTimeout(() => this.#finish(), endMs).unref();
    const closing = this.#server?.close({ drainMs }) ?? Promise.resolve();
    closing.then(
      () => this.#finish(),
      (error: unknown) => {
        this.#log.write('error', `closing failed: ${String(error)}`);
        this.#finish();
      },
    );
  }

  #finish(): void {
    this.#removeRunFiles();
    for (const module of this.#composition?.modules ?? []) {
      // What a module still wants to do must not hold up the end.
      void Promise.resolve(module.stop?.()).catch(() => undefined);
    }
    this.#log.write('notice', `ProFTPD ${proftpdVersion} standalone mode SHUTDOWN`);
    this.#log.close();
    this.#resolveEnded(0);
  }

  #removeRunFiles(): void {
    for (const file of this.#runFiles) file.remove();
    this.#runFiles = [];
  }
}

/** Connections that come before privileges are given up wait for it. */
function gated(policy: Policy, opened: Promise<void>): Policy {
  return {
    ...policy,
    connect: async (facts) => {
      await opened;
      return policy.connect(facts);
    },
  };
}

/** The environment is the process's: of a reload it takes what is set, and forgets nothing. */
function applyEnvironment({ main }: Composition): void {
  for (const [name, value] of main.all(setEnv)) process.env[name] = value;
  for (const name of main.all(unsetEnv)) delete process.env[name];
}

/** Whether the accounts can be read by whoever the daemon is now. @throws {StartError} */
async function checkAccounts({ accounts, scopes, moduleContext }: Composition): Promise<void> {
  for (const scope of scopes) {
    try {
      await accounts.of(scope).lookUp('root');
    } catch (error) {
      throw new StartError([`fatal: ${(error as Error).message}`], { cause: error });
    }
  }
  for (const module of accounts.missing) {
    moduleContext.log('warning', `AuthOrder: ${module}.c is not available here and knows nobody`);
  }
}

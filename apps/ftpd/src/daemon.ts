import type { Server } from 'node:net';
import { posixSupport } from '@ftpd/posix';
import { createLocalStorage } from '@ftpd/storage-local';
import type { RunOptions } from './argv.ts';
import { createClientNames, type ClientNames } from './client-names.ts';
import type { Composition } from './composition.ts';
import { removeClientFile } from './controls/client-file.ts';
import { accountsByNumber, createIdentifyClient } from './controls/client-identity.ts';
import { createControlService, type ControlService } from './controls/control-service.ts';
import type { HeldSocket } from './controls/held-socket.ts';
import { createOwnSocket } from './controls/own-socket.ts';
import { socketPlan } from './controls/socket-plan.ts';
import { createDaemonLog, type DaemonLog } from './daemon-log.ts';
import { reportReady } from './daemonise.ts';
import { ending } from './ending.ts';
import { become, identityNotice, servingIdentity } from './identity.ts';
import { bindingError, createListeners, type Listeners } from './listeners.ts';
import { loadComposition, type LoadContext } from './load-composition.ts';
import { escapeControls } from './log/escape.ts';
import { createBuiltIns } from './modules/index.ts';
import { tcpBacklog } from './modules/core/network.ts';
import { homesByUsers } from './policy/home-of-user.ts';
import { createSystemAccounts } from './policy/system-accounts.ts';
import { isRoot } from './privileges.ts';
import { serviceManager, servingStatus, type ServiceManager } from './service-manager.ts';
import { guardRunFiles } from './run-file-guard.ts';
import type { RunFile } from './run-file.ts';
import type { RunningDaemon } from './running-daemon.ts';
import { checkScoreboard, writeRunFiles } from './run-files.ts';
import { checkAccounts, startServing, type Serving } from './serving.ts';
import { handleSignals } from './signals.ts';
import { linesOf, StartError } from './start-error.ts';
import { singleProcess } from './surroundings.ts';
import { ownVersion, proftpdVersion } from './version.ts';

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
    const manager = serviceManager(process.env, { onProblem: (text) => log.write('warning', text) });
    const daemon = await daemonFor(options, log, names, manager);
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

async function daemonFor(
  options: RunOptions,
  log: DaemonLog,
  names: ClientNames,
  manager: ServiceManager,
): Promise<RunningDaemon> {
  if (!isRoot() || options.isUnprivileged) return new SingleDaemon(options, log, names, manager);
  const { KeeperDaemon } = await import('./keeper/keeper-daemon.ts');
  return new KeeperDaemon(options, log, names, manager);
}

/** One process that does everything, as an ordinary user. */
class SingleDaemon implements RunningDaemon {
  readonly ended: Promise<number>;
  readonly #options: RunOptions;
  readonly #log: DaemonLog;
  readonly #manager: ServiceManager;
  readonly #loading: LoadContext;
  readonly #ending = ending();
  readonly #homes = createLocalStorage();
  readonly #controls: ControlService;
  readonly #controlSocket: HeldSocket<Server>;
  #serving: Serving | undefined;
  #listeners: Listeners | undefined;
  #runFiles: readonly RunFile[] = [];
  #reload: Promise<void> = Promise.resolve();

  constructor(options: RunOptions, log: DaemonLog, names: ClientNames, manager: ServiceManager) {
    this.#options = options;
    this.#log = log;
    this.#manager = manager;
    this.ended = this.#ending.ended;
    this.#controls = createControlService({
      identify: createIdentifyClient(accountsByNumber(singleProcess)),
      removeFileOf: removeClientFile,
    });
    this.#controlSocket = createOwnSocket(log.write);
    this.#loading = {
      options,
      modules: createBuiltIns(),
      system: createSystemAccounts(),
      names,
      log: log.write,
      makeHome: homesByUsers(() => this.#homes),
      trace: log.tracing.trace,
    };
  }

  async start(): Promise<void> {
    const { system } = this.#loading;
    const composition = await loadComposition(this.#loading, false);
    const { main } = composition;
    const identity = servingIdentity(main, system);
    checkScoreboard(main);
    const serving = await startServing(composition, {
      options: this.#options,
      log: this.#log,
      openStorage: (names) => createLocalStorage({ ...names }),
      controls: this.#controls,
      onFinished: () => this.#end('the only session has ended'),
    });
    const { server } = serving;
    const notice = identityNotice(main);
    if (notice !== undefined) this.#log.write('notice', notice);

    const listeners = createListeners(server);
    await listeners.follow(composition.listenPoints, main.first(tcpBacklog)).catch((error: unknown) => {
      throw bindingError(error, composition.listenPoints);
    });
    this.#serving = serving;
    this.#listeners = listeners;
    this.#runFiles = writeRunFiles(main, identity !== undefined, (text) => this.#log.write('error', text));
    await this.#followControls(composition);
    const { file } = this.#controlSocket;
    if (identity !== undefined && file !== undefined) guardRunFiles([{ path: file.path, text: file.id }]);
    try {
      if (identity !== undefined) become(identity);
      await checkAccounts(composition);
    } catch (error) {
      this.#removeRunFiles();
      this.#controlSocket.close();
      await server.close();
      throw error;
    }
    process.chdir('/');
    serving.open();
    handleSignals({
      reload: () => this.#queueReload(),
      end: (signal) => this.#end(`ProFTPD killed (signal ${signal})`),
      endNow: () => this.#finish(),
      log: this.#log.write,
    });
    if (!this.#options.isForeground) this.#log.leaveTerminal();
    this.#log.write('notice', `ProFTPD ${proftpdVersion} (ftpd ${ownVersion()}) standalone mode STARTUP`);
    this.#manager.ready(servingStatus(composition.listenPoints));
    this.#manager.watch(() => this.#manager.alive());
    if (!this.#options.isForeground) reportReady();
  }

  async #followControls(composition: Composition): Promise<void> {
    const { system, log } = this.#loading;
    const { isAvailable: canIdentify } = posixSupport();
    const prepared = await this.#controlSocket.prepare(socketPlan(composition, { system, canIdentify, log }));
    // First, because Node removes the name by which a server was bound, and the next one has that until it is settled.
    prepared.settle(true);
    this.#controls.listen(prepared.listening);
  }

  /** One at a time, however many signals come. */
  #queueReload(): void {
    this.#log.write('notice', 'received SIGHUP -- master server reparsing configuration file');
    this.#reload = this.#reload.then(() => this.#reconfigure());
  }

  async #reconfigure(): Promise<void> {
    const serving = this.#serving;
    const listeners = this.#listeners;
    if (serving === undefined || listeners === undefined || this.#ending.hasBegun()) return;
    this.#manager.reloading();
    try {
      const composition = await loadComposition(this.#loading, true);
      const { listenPoints, main } = composition;
      await serving.follow(composition, async () => {
        await listeners.follow(listenPoints, main.first(tcpBacklog)).catch((error: unknown) => {
          throw bindingError(error, listenPoints);
        });
      });
      await this.#followControls(composition);
      this.#log.write('notice', 'the new configuration is in force for new sessions');
    } catch (error) {
      for (const line of linesOf(error)) this.#log.write('error', line);
      this.#log.write('error', 'the configuration was not changed: the one that was in force before stays');
    }
    this.#manager.ready(servingStatus(serving.composition.listenPoints));
  }

  #end(reason: string): void {
    const { log } = this.#loading;
    this.#manager.stopping();
    this.#ending.begin({
      reason,
      log,
      close: async (drainMs) => {
        await this.#serving?.server.close({ drainMs });
        await this.#serving?.stopModules();
      },
      finish: () => this.#finish(),
    });
  }

  #finish(): void {
    this.#removeRunFiles();
    // Not at the end's own time: what they still want to do must not hold up the end.
    void this.#serving?.stopModules();
    this.#controlSocket.close();
    this.#controls.close();
    this.#log.write('notice', `ProFTPD ${proftpdVersion} standalone mode SHUTDOWN`);
    this.#log.close();
    this.#ending.finish(0);
  }

  #removeRunFiles(): void {
    for (const file of this.#runFiles) file.remove();
    this.#runFiles = [];
  }
}

import { posixSupport } from '@ftpd/posix';
import type { RunOptions } from '../argv.ts';
import type { ClientNames } from '../client-names.ts';
import { logConfiguration, type Composition } from '../composition.ts';
import { diskReader } from '../config-file.ts';
import type { DaemonLog } from '../daemon-log.ts';
import { reportReady } from '../daemonise.ts';
import { ending } from '../ending.ts';
import { servingIdentity } from '../identity.ts';
import { loadComposition, type LoadContext } from '../load-composition.ts';
import { LogFileError } from '../log/append-file.ts';
import { createBuiltIns } from '../modules/index.ts';
import { createSystemAccounts } from '../policy/system-accounts.ts';
import type { RunFile } from '../run-file.ts';
import { checkScoreboard, writeRunFiles } from '../run-files.ts';
import type { RunningDaemon } from '../running-daemon.ts';
import { servingStatus, type ServiceManager } from '../service-manager.ts';
import { handleSignals } from '../signals.ts';
import { linesOf, StartError } from '../start-error.ts';
import { ownVersion, proftpdVersion } from '../version.ts';
import { recordingReader, type ConfigSnapshot } from './config-snapshot.ts';
import { createKeeperSockets, type KeeperSockets, type ProvidedSockets } from './keeper-sockets.ts';
import { openLogs } from './log-files.ts';
import type { MessageToKeeper, Provision } from './messages.ts';
import { keeperRequests } from './requests/index.ts';
import type { ServerProcess } from './server-process.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

/** A configuration as the keeper read it, and the sockets that belong to it. */
interface Provided {
  readonly composition: Composition;
  readonly snapshot: ConfigSnapshot;
  readonly sockets: ProvidedSockets;
}

/** Root's process: it keeps a server running, and does for it what only root can. */
export class KeeperDaemon implements RunningDaemon {
  readonly ended: Promise<number>;
  readonly #options: RunOptions;
  readonly #log: DaemonLog;
  readonly #manager: ServiceManager;
  readonly #loading: LoadContext;
  readonly #sockets: KeeperSockets;
  readonly #ending = ending();
  /** What a server gets; while a reload is under way the one before it. */
  #inForce: Provided | undefined;
  /** While a reload is under way: what the server is asked to take over. */
  #upcoming: Composition | undefined;
  #supervisor: Supervisor | undefined;
  #runFiles: readonly RunFile[] = [];
  #provisions = 0;
  /** Waits for the server's word about a provision. */
  #taking:
    | { readonly number: number; readonly settle: (refusal: readonly string[] | undefined) => void }
    | undefined;
  #reload: Promise<void> = Promise.resolve();
  /** The server was asked for a sign of life, once for each that is passed on. */
  #isAsked = false;
  #onServerGone: () => void = () => {};

  constructor(options: RunOptions, log: DaemonLog, names: ClientNames, manager: ServiceManager) {
    this.#options = options;
    this.#log = log;
    this.#manager = manager;
    this.ended = this.#ending.ended;
    this.#loading = {
      options,
      modules: createBuiltIns({ role: 'keeper' }),
      system: createSystemAccounts(),
      names,
      log: log.write,
    };
    this.#sockets = createKeeperSockets(this.#loading.system, log.write);
  }

  /** @throws {StartError} */
  async start(): Promise<void> {
    checkSupport();
    const { composition, snapshot } = await this.#load(false);
    const { main } = composition;
    const identity = servingIdentity(main, this.#loading.system);
    if (identity === undefined) throw new StartError(['fatal: only root needs a keeper']);
    checkScoreboard(main);
    this.#configureLog(composition);
    const prepared = await this.#sockets.prepare(composition);
    prepared.settle(true);
    const { provided: sockets } = prepared;
    this.#runFiles = writeRunFiles(main, false, (text) => this.#log.write('error', text));
    process.chdir('/');
    let hasStarted = false;
    const supervisor = createSupervisor({
      identity,
      args: process.argv.slice(2),
      requests: keeperRequests,
      context: () => ({
        composition: (this.#inForce ?? { composition }).composition,
        ...(this.#upcoming === undefined ? {} : { upcoming: this.#upcoming }),
        system: this.#loading.system,
      }),
      log: this.#log.write,
      provide: (server) => {
        this.#provide(server, this.#inForce ?? { composition, snapshot, sockets });
        if (hasStarted && !this.#options.isForeground) server.send({ type: 'leave-terminal' });
      },
      onMessage: (message) => this.#hear(message),
      onEnd: (how) => {
        this.#taking?.settle([
          `fatal: the server ${how} before it served; what it said stands above. It is started by setpriv of util-linux, and User '${identity.user}' must be able to read ${process.argv[1] ?? ''} with all that belongs to it; --unprivileged does without`,
        ]);
        this.#onServerGone();
        return hasStarted && !this.#ending.hasBegun();
      },
    });
    this.#supervisor = supervisor;
    const taken = this.#takenBy(() => supervisor.start());
    const refusal = await taken;
    if (refusal !== undefined) {
      this.#removeRunFiles();
      this.#sockets.close();
      supervisor.stop();
      throw new StartError(refusal);
    }
    hasStarted = true;
    this.#inForce = { composition, snapshot, sockets };
    handleSignals({
      reload: () => this.#queueReload(),
      end: (signal) => this.#end(`ProFTPD killed (signal ${signal})`),
      endNow: () => this.#finish(),
      log: this.#log.write,
    });
    if (!this.#options.isForeground) {
      this.#log.leaveTerminal();
      supervisor.server?.send({ type: 'leave-terminal' });
    }
    this.#log.write('notice', `ProFTPD ${proftpdVersion} (ftpd ${ownVersion()}) standalone mode STARTUP`);
    this.#manager.ready(servingStatus(composition.listenPoints));
    this.#manager.watch(() => {
      this.#isAsked = true;
      this.#supervisor?.server?.send({ type: 'ping' });
    });
    if (!this.#options.isForeground) reportReady();
  }

  async #load(isReload: boolean): Promise<Pick<Provided, 'composition' | 'snapshot'>> {
    const reader = recordingReader(diskReader);
    const composition = await loadComposition({ ...this.#loading, reader }, isReload);
    return { composition, snapshot: reader.snapshot() };
  }

  #configureLog(composition: Composition): void {
    try {
      this.#log.configure(logConfiguration(composition, this.#options.debugLevel ?? 0));
    } catch (error) {
      if (error instanceof LogFileError) throw new StartError([error.message], { cause: error });
      throw error;
    }
  }

  #provide(server: ServerProcess, { composition, snapshot, sockets }: Provided): void {
    this.#provisions += 1;
    const logs = openLogs(composition);
    const { descriptors, ...provided } = sockets;
    try {
      server.sendWith([...descriptors, ...logs.descriptors], (packet): Provision => ({
        type: 'provision',
        number: this.#provisions,
        ...provided,
        logs: logs.paths,
        configFile: this.#options.configFile,
        snapshot,
        ...packet,
      }));
    } finally {
      logs.close();
    }
  }

  /** What the server says of the provision that `provide` sends. @returns why it can't serve; undefined: it does. */
  #takenBy(provide: () => void): Promise<readonly string[] | undefined> {
    return new Promise((resolve) => {
      const settle = (refusal: readonly string[] | undefined): void => {
        this.#taking = undefined;
        resolve(refusal);
      };
      this.#taking = { number: this.#provisions + 1, settle };
      provide();
    });
  }

  #hear(message: Exclude<MessageToKeeper, { readonly type: 'ask' }>): void {
    if (message.type === 'finished') this.#end('the only session has ended');
    else if (message.type === 'alive') this.#hearAlive();
    else if (message.number === this.#taking?.number)
      this.#taking.settle(message.type === 'taken' ? undefined : message.lines);
    else if (message.type === 'refused') {
      // One that follows another and can't serve: the next may, when what it lacks is there.
      for (const line of message.lines) this.#log.write('error', line);
      this.#supervisor?.server?.kill();
    }
  }

  /** The service manager watches the process that serves: this one would live on beside a server that hangs. */
  #hearAlive(): void {
    if (this.#isAsked) this.#manager.alive();
    this.#isAsked = false;
  }

  /** One at a time, however many signals come. */
  #queueReload(): void {
    this.#log.write('notice', 'received SIGHUP -- master server reparsing configuration file');
    this.#reload = this.#reload.then(() => this.#reconfigure());
  }

  async #reconfigure(): Promise<void> {
    if (this.#ending.hasBegun()) return;
    const { log } = this.#loading;
    this.#manager.reloading();
    try {
      const { composition, snapshot } = await this.#load(true);
      this.#configureLog(composition);
      const prepared = await this.#sockets.prepare(composition);
      const provided = { composition, snapshot, sockets: prepared.provided };
      const server = this.#supervisor?.server;
      this.#upcoming = composition;
      // Between two servers: the next one starts with the new configuration, or says why it can't.
      const refusal =
        server === undefined ? undefined : await this.#takenBy(() => this.#provide(server, provided));
      prepared.settle(refusal === undefined);
      if (refusal !== undefined) throw new StartError(refusal);
      this.#inForce = provided;
      log('notice', 'the new configuration is in force for new sessions');
    } catch (error) {
      for (const line of linesOf(error)) log('error', line);
      if (this.#inForce !== undefined) this.#configureLog(this.#inForce.composition);
      log('error', 'the configuration was not changed: the one that was in force before stays');
    } finally {
      this.#upcoming = undefined;
    }
    this.#manager.ready(servingStatus(this.#inForce?.composition.listenPoints ?? []));
  }

  #end(reason: string): void {
    const { log } = this.#loading;
    this.#manager.stopping();
    const gone = new Promise<void>((resolve) => {
      this.#onServerGone = resolve;
    });
    this.#ending.begin({
      reason,
      log,
      close: async () => {
        const server = this.#supervisor?.server;
        if (server === undefined) return;
        server.send({ type: 'drain' });
        this.#sockets.close();
        await gone;
      },
      finish: () => this.#finish(),
    });
  }

  #finish(): void {
    this.#sockets.close();
    this.#supervisor?.stop();
    this.#removeRunFiles();
    this.#log.write('notice', `ProFTPD ${proftpdVersion} standalone mode SHUTDOWN`);
    this.#log.close();
    this.#ending.finish(0);
  }

  #removeRunFiles(): void {
    for (const file of this.#runFiles) file.remove();
    this.#runFiles = [];
  }
}

/** @throws {StartError} where acting as users does not work: root must not serve instead. */
function checkSupport(): void {
  const { isAvailable, reason } = posixSupport();
  if (isAvailable) return;
  throw new StartError([
    `fatal: sessions can't be served as their users here (${reason ?? 'not supported'}), and never are as root: start with --unprivileged, which listens and then becomes User and Group for good`,
  ]);
}

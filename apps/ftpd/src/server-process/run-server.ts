import { closeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { Socket } from 'node:net';
import type { Storage } from '@ftpd/storage';
import { createPrivilegedStorage } from '@ftpd/storage-local';
import type { RunOptions } from '../argv.ts';
import { createClientNames } from '../client-names.ts';
import { accountsByNumber, createIdentifyClient } from '../controls/client-identity.ts';
import {
  createControlService,
  givenControlSocket,
  type ControlService,
} from '../controls/control-service.ts';
import { createDaemonLog, type DaemonLog } from '../daemon-log.ts';
import { drainMs } from '../ending.ts';
import { snapshotReader } from '../keeper/config-snapshot.ts';
import { takePacket } from '../keeper/descriptor-channel.ts';
import { removeClientFileRequest } from '../keeper/requests/remove-client-file.ts';
import { openLineChannel, type LineChannel } from '../keeper/line-channel.ts';
import type { MessageToKeeper, MessageToServer, Provision } from '../keeper/messages.ts';
import { homesByUsers } from '../policy/home-of-user.ts';
import { loadComposition, type LoadContext } from '../load-composition.ts';
import { createBuiltIns } from '../modules/index.ts';
import { createSystemAccounts } from '../policy/system-accounts.ts';
import { checkAccounts, startServing, type Serving } from '../serving.ts';
import { leaveSignalsToKeeper } from '../signals.ts';
import { linesOf } from '../start-error.ts';
import { homesThrough } from './homes.ts';
import { accountFilesThrough } from './account-files.ts';
import { dataPortsThrough } from './data-ports.ts';
import { createGivenListeners, type GivenListeners } from './given-listeners.ts';
import { openGivenLogs, type GivenLogs } from './given-logs.ts';
import { createKeeperClient, type KeeperConnection } from './keeper-client.ts';
import { channelDescriptor, packetDescriptor } from './mark.ts';
import { ownersThrough } from './owners.ts';
import { poolSecretThrough } from './pool-secret.ts';
import { privilegeProblem, readOwnStatus } from './own-privileges.ts';
import { rootsThrough } from './session-roots.ts';

/** A keeper sends whole configurations. */
const maxLineBytes = 256 * 1024 * 1024;

/** Serves with what the keeper provides, until the keeper ends it. Never resolves. */
export async function runServer(options: RunOptions): Promise<number> {
  const problem = privilegeProblem(readOwnStatus());
  if (problem !== undefined) {
    process.stderr.write(`ftpd: not serving: the privileges of this process are wrong: ${problem}\n`);
    return 1;
  }
  process.umask(0);
  process.chdir('/');
  return await new Promise<number>(() => {
    void new KeptServer(options);
  });
}

/** Gives the sockets of a provision to the listeners. */
type Listen = (on: GivenListeners) => Promise<void>;

class KeptServer {
  readonly #options: RunOptions;
  readonly #log: DaemonLog;
  readonly #channel: LineChannel<MessageToKeeper>;
  readonly #keeper: KeeperConnection;
  readonly #logs: GivenLogs;
  readonly #loading: LoadContext;
  #serving: Serving | undefined;
  #storage: Storage | undefined;
  #listeners: GivenListeners | undefined;
  readonly #controls: ControlService;
  /** Provisions are taken one after the other. */
  #taking: Promise<void> = Promise.resolve();

  constructor(options: RunOptions) {
    this.#options = options;
    const names = createClientNames();
    this.#log = createDaemonLog({
      usesTerminal: !options.isQuiet,
      debugLevel: options.debugLevel ?? 0,
      clientName: (address) => names.known(address),
    });
    leaveSignalsToKeeper(this.#log.write);
    this.#logs = openGivenLogs();
    this.#channel = openLineChannel(new Socket({ fd: channelDescriptor }), {
      maxLineBytes,
      onMessage: (value) => this.#hear(value as MessageToServer),
      // Without a keeper there is nobody who would end this process.
      onEnd: endNow,
    });
    this.#keeper = createKeeperClient((message) => this.#channel.send(message));
    const surroundings = { role: 'server', keeper: this.#keeper } as const;
    this.#controls = createControlService({
      identify: createIdentifyClient(accountsByNumber(surroundings)),
      removeFileOf: (pid) => {
        this.#keeper.ask(removeClientFileRequest, { pid }).catch(() => undefined);
      },
    });
    this.#loading = {
      options,
      modules: createBuiltIns(surroundings),
      system: createSystemAccounts(),
      names,
      log: this.#log.write,
      trace: this.#log.tracing.trace,
      readPoolSecret: poolSecretThrough(this.#keeper),
      accountFiles: accountFilesThrough(this.#keeper),
      makeHome: homesThrough(
        this.#keeper,
        homesByUsers(() => this.#storageOrThrow()),
      ),
      // The keeper has told them.
      tellsWarnings: false,
    };
  }

  #hear(message: MessageToServer): void {
    switch (message.type) {
      case 'provision': {
        const descriptors = takePacket(packetDescriptor, message.packet, message.descriptorCount);
        this.#taking = this.#taking.then(() => this.#take(message, descriptors));
        break;
      }
      case 'answer':
        this.#keeper.take(message, takePacket(packetDescriptor, message.packet, message.descriptorCount));
        break;
      case 'ping':
        this.#channel.send({ type: 'alive' });
        break;
      case 'leave-terminal':
        this.#log.leaveTerminal();
        break;
      case 'drain':
        this.#drain();
    }
  }

  async #take(provision: Provision, descriptors: readonly number[]): Promise<void> {
    const { number, listeners, logs, backlog, hasControlSocket } = provision;
    const logsAt = listeners.length + Number(hasControlSocket);
    const sockets = descriptors.slice(0, listeners.length);
    const [controlSocket] = descriptors.slice(listeners.length, logsAt);
    let isGiven = false;
    let isTaken = false;
    const listen = async (on: GivenListeners): Promise<void> => {
      isGiven = true;
      await on.follow(listeners, sockets, backlog);
    };
    try {
      this.#logs.follow(logs, descriptors.slice(logsAt));
      if (this.#serving === undefined) await this.#start(provision, listen);
      else await this.#follow(this.#serving, provision, listen);
      isTaken = true;
      this.#controls.listen(controlSocket === undefined ? undefined : givenControlSocket(controlSocket));
      this.#channel.send({ type: 'taken', number });
    } catch (error) {
      if (!isGiven) for (const socket of sockets) closeSync(socket);
      if (!isTaken && controlSocket !== undefined) closeSync(controlSocket);
      this.#channel.send({ type: 'refused', number, lines: linesOf(error) });
    }
  }

  async #start(provision: Provision, listen: Listen): Promise<void> {
    const loading = this.#loadingOf(provision);
    const composition = await loadComposition(loading, false);
    const serving = await startServing(composition, {
      options: this.#options,
      log: this.#log,
      openStorage: async (names) => {
        this.#storage = await createPrivilegedStorage({
          ...names,
          openRoot: rootsThrough(this.#keeper),
          changeOwner: ownersThrough(this.#keeper),
          ioThreads: Number(process.env['UV_THREADPOOL_SIZE'] ?? 4),
          onWarning: (text) => this.#log.write('warning', text),
        });
        return this.#storage;
      },
      connectData: dataPortsThrough(this.#keeper),
      controls: this.#controls,
      onFinished: () => this.#channel.send({ type: 'finished' }),
    });
    await checkAccounts(composition);
    this.#serving = serving;
    this.#listeners = createGivenListeners(serving.server);
    serving.open();
    await listen(this.#listeners);
  }

  async #follow(serving: Serving, provision: Provision, listen: Listen): Promise<void> {
    const composition = await loadComposition(this.#loadingOf(provision), true);
    await serving.follow(composition, async () => {
      if (this.#listeners !== undefined) await listen(this.#listeners);
    });
  }

  /** The files are where the keeper found them, and were what it read. */
  #loadingOf({ configFile, snapshot }: Provision): LoadContext {
    const options = { ...this.#options, configFile };
    return { ...this.#loading, options, reader: snapshotReader(snapshot) };
  }

  #storageOrThrow(): Storage {
    if (this.#storage === undefined) throw new Error('nobody logs in before there is a storage');
    return this.#storage;
  }

  #drain(): void {
    const finish = async (): Promise<void> => {
      this.#controls.close();
      await this.#serving?.stopModules();
      this.#log.close();
      endNow();
    };
    if (this.#serving === undefined) void finish();
    else void this.#serving.server.close({ drainMs }).then(finish, finish);
  }
}

/** An exit would wait for threads that a hung file system holds. */
function endNow(): void {
  flushCompileCache();
  process.kill(process.pid, 'SIGKILL');
}

import type { FtpdModule, ModuleContext } from '@ftpd/module';
import {
  createFtpServer,
  type ConnectData,
  type FtpServer,
  type FtpServerOptions,
  type Policy,
} from '@ftpd/server';
import { isCacheError } from '@ftpd/cache';
import { closeDescriptor, duplicate, sendFile } from '@ftpd/posix';
import type { Storage } from '@ftpd/storage';
import type { KernelSending } from '@ftpd/storage-local';
import type { RunOptions } from './argv.ts';
import { logConfiguration, type Composition } from './composition.ts';
import type { ControlService } from './controls/control-service.ts';
import type { DaemonLog } from './daemon-log.ts';
import { LogFileError } from './log/append-file.ts';
import { setEnv, unsetEnv } from './modules/core/environment.ts';
import { StartError } from './start-error.ts';
import { stopModules } from './stop-modules.ts';
import { createCacheTrace } from './trace/cache-events.ts';
import { traceDirectives } from './trace/trace-directives.ts';

/** What every storage of the daemon is made with: how names of owners are found, and calls of the system. */
export interface StorageSetup {
  userName(uid: number): string | undefined;
  groupName(gid: number): string | undefined;
  readonly kernel: KernelSending;
}

export interface ServingOptions {
  readonly options: RunOptions;
  readonly log: DaemonLog;
  readonly openStorage: (setup: StorageSetup) => Storage | Promise<Storage>;
  /** Default: the server connects by itself. */
  readonly connectData?: ConnectData;
  /** Follows the configuration. */
  readonly controls: Pick<ControlService, 'follow'>;
  /** `-X`: the only session is over. */
  readonly onFinished: () => void;
}

/** The FTP server of this process, and the configuration that it serves by. */
export interface Serving {
  readonly server: FtpServer;
  /** The configuration that is in force. */
  readonly composition: Composition;
  /**
   * Serves new sessions by another configuration.
   * @throws {StartError}; then the one before stays.
   */
  follow(composition: Composition, listen: () => Promise<void>): Promise<void>;
  /** For the first configuration: connections that wait are served from here on. */
  open(): void;
  /** Ends what modules do beside sessions, once. Resolves when they have, or after a second. */
  stopModules(): Promise<void>;
}

/** Makes the server of a first configuration; it listens when told to. @throws {StartError} */
export async function startServing(
  first: Composition,
  { options, log, openStorage, connectData, controls, onFinished }: ServingOptions,
): Promise<Serving> {
  let composition = first;
  let stopped: Promise<void> | undefined;
  const cacheTrace = createCacheTrace(log.tracing);

  /** Logs and modules take a configuration over. */
  async function begin(next: Composition): Promise<void> {
    try {
      log.configure(logConfiguration(next, options.debugLevel ?? 0));
      log.tracing.configure(next.tracing);
      cacheTrace.follow();
      traceDirectives(next.configuration, log.tracing.trace);
      for (const module of next.modules) await startModule(module, next.moduleContext);
      controls.follow(next);
    } catch (error) {
      if (error instanceof LogFileError) throw new StartError([error.message], { cause: error });
      throw error;
    }
  }

  function served({
    policy,
    hooks,
    maxSessions,
    tls,
  }: Composition): Pick<FtpServerOptions, 'policy' | 'hooks' | 'maxSessions' | 'tls'> {
    return {
      policy,
      hooks: options.isSingleSession ? [...hooks, { name: 'nofork', end: onFinished }] : hooks,
      // Without MaxInstances, so that a reload takes an old ceiling off.
      maxSessions: maxSessions ?? Infinity,
      ...(tls === undefined ? {} : { tls }),
    };
  }

  function traceBindings(): void {
    for (const { address, port } of server.addresses)
      log.tracing.trace('binding', 4, () => `bound address ${address}, port ${port}`);
  }

  applyEnvironment(first);
  await begin(first);
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const accounts = () => composition.accounts.of(composition.main);
  const storage = await openStorage({
    userName: (uid) => accounts().userName?.(uid),
    groupName: (gid) => accounts().groupName?.(gid),
    kernel: { duplicate, closeDescriptor, sendFile },
  });
  const server = createFtpServer({
    ...served(first),
    ...(connectData === undefined ? {} : { connectData }),
    policy: gated(first.policy, opened),
    storage,
    log: log.write,
    trace: log.tracing.trace,
    onEvent: (event) => composition.onEvent(event),
  });

  return {
    server,
    get composition() {
      return composition;
    },
    async follow(next, listen) {
      try {
        await checkAccounts(next);
        await begin(next);
        await listen();
      } catch (error) {
        // Logs and modules may have taken the new one over before it failed.
        await begin(composition).catch(() => undefined);
        throw error;
      }
      composition = next;
      server.reconfigure(served(next));
      traceBindings();
    },
    open() {
      server.reconfigure(served(composition));
      traceBindings();
      open();
    },
    stopModules: () => (stopped ??= stopModules(composition.modules)),
  };
}

/** @throws {StartError} that names a module which others have written. */
async function startModule(module: FtpdModule, context: ModuleContext): Promise<void> {
  try {
    await module.start?.(context);
  } catch (error) {
    if (error instanceof StartError || error instanceof LogFileError) throw error;
    // Several modules ask for it, and the first finds out.
    if (isCacheError(error, 'CACHE_BAD_SECRET'))
      throw new StartError([`fatal: PoolSecretFile: ${error.message}`], { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError([`fatal: module ${module.name} does not start: ${reason}`], { cause: error });
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
export async function checkAccounts({ accounts, scopes, moduleContext }: Composition): Promise<void> {
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

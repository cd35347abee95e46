import { hostname } from 'node:os';
import {
  selectServerByName,
  valuesIn,
  type AnyRow,
  type BoundServer,
  type CheckedSection,
  type Configuration,
  type DirectiveRow,
  type ServerSection,
  type SessionScope,
} from '@ftpd/config';
import type { Account, AccountFileSource } from '@ftpd/auth';
import { readPoolSecretFile, type Cache, type PoolSecret } from '@ftpd/cache';
import type {
  CertificateClaim,
  ConfiguredServer,
  DirectiveReader,
  FtpdModule,
  ModuleContext,
} from '@ftpd/module';
import type {
  EventListener,
  Hooks,
  Policy,
  ServerLog,
  ServerTrace,
  SessionView,
  TlsPort,
} from '@ftpd/server';
import {
  addressesOf,
  bindServers,
  listenPoints,
  type AddressProblem,
  type ListenPoint,
} from './addresses.ts';
import type { ClientNames } from './client-names.ts';
import type { LogConfiguration } from './daemon-log.ts';
import { poolSecretFileRow } from './cache/pool-secret-row.ts';
import { orderModules } from './module-order.ts';
import { debugLevel, syslogFacility, syslogLevel } from './modules/core/files.ts';
import { masqueradeAddress, socketBindTight } from './modules/core/network.ts';
import { tlsMasqueradeAddress } from './modules/tls/protocol-rows.ts';
import { allow, deny } from './modules/core/access.ts';
import { maxInstances, useIpv6, useReverseDns } from './modules/core/server.ts';
import { allowLogSymlinks, systemLog } from './modules/mod_log.ts';
import { createAccounts, type Accounts } from './policy/accounts.ts';
import { createDaemonPolicy } from './policy/daemon-policy.ts';
import type { MakeHome } from './policy/home.ts';
import type { SystemAccounts } from './policy/system-accounts.ts';
import type { TraceSettings } from './trace/trace-log.ts';
import { withTracedAccounts } from './trace/traced-authentication.ts';
import { traceSettings } from './trace/trace-settings.ts';

/** What one configuration makes of the daemon. */
export interface Composition {
  readonly configuration: Configuration;
  readonly main: SessionScope;
  readonly policy: Policy;
  readonly hooks: readonly Hooks[];
  /** Absent: no module gives TLS. */
  readonly tls?: TlsPort;
  readonly onEvent: EventListener;
  readonly maxSessions?: number;
  readonly listenPoints: readonly ListenPoint[];
  readonly accounts: Accounts;
  readonly scopes: readonly SessionScope[];
  readonly modules: readonly FtpdModule[];
  readonly moduleContext: ModuleContext;
  readonly problems: readonly AddressProblem[];
  readonly tracing: TraceSettings;
}

export interface CompositionOptions {
  readonly configuration: Configuration;
  readonly modules: readonly FtpdModule[];
  readonly system: SystemAccounts;
  readonly names: ClientNames;
  readonly log: ServerLog;
  /** Default: nothing is traced. */
  readonly trace?: ServerTrace;
  /** How lists of names are opened. Default: with the rights of the process. */
  readonly accountFiles?: AccountFileSource;
  /** CreateHome. Default: no home is made. */
  readonly makeHome?: MakeHome;
  /** Reads PoolSecretFile. Default: as this process. @throws {CacheError} CACHE_BAD_SECRET */
  readonly readPoolSecret?: (path: string) => Promise<PoolSecret>;
  readonly isReload: boolean;
  /** In place of DefaultAddress. */
  readonly serverAddress?: string;
  readonly addressFamily: 'any' | 'ipv4' | 'ipv6';
}

/** Puts a configuration and the modules together. */
export async function compose({
  configuration,
  log,
  system,
  isReload,
  trace = () => {},
  ...options
}: CompositionOptions): Promise<Composition> {
  const modules = orderModules(options.modules);
  const rows: readonly AnyRow[] = modules.flatMap(({ directives = [] }) => directives);
  const bound = await bindServers(configuration, options.serverAddress);
  const scopes = configuration.servers.map((server) => configuration.scope({ server }));
  const [main] = scopes;
  if (main === undefined) throw new Error('a configuration always has a main server');
  const moduleContext: ModuleContext = {
    servers: scopes.map((scope) => ({
      id: scope.selector.server.index + 1,
      name: scope.selector.server.name,
      ...listeningOf(bound.servers, scope.selector.server),
      directives: scope,
    })),
    everywhere: (row) => everywhere(configuration, row),
    serverNamed: ({ localAddress, localPort }, name) => {
      const server = selectServerByName(bound.servers, localAddress, localPort, name);
      return server === undefined ? undefined : moduleContext.servers[server.index];
    },
    isReload,
    log,
    trace,
    caches: {
      of: (name, directives) => cacheOf(modules, name, directives, moduleContext),
    },
    poolSecret: once(() => {
      const path = main.first(poolSecretFileRow);
      const { readPoolSecret = readPoolSecretFile } = options;
      return path === undefined ? Promise.resolve(undefined) : readPoolSecret(path);
    }),
    clientName: ({ remoteAddress }) => options.names.known(remoteAddress) ?? remoteAddress,
  };
  const accounts = createAccounts(
    modules.map((module) => withTracedAccounts(module, trace)),
    moduleContext,
  );
  const masquerades = await numericAddresses([
    ...everywhere(configuration, masqueradeAddress),
    ...everywhere(configuration, tlsMasqueradeAddress),
  ]);
  const instances = main.first(maxInstances);
  const tls = modules.find((module) => module.tls !== undefined)?.tls;
  return {
    configuration,
    main,
    scopes,
    modules,
    moduleContext,
    accounts,
    hooks: modules.flatMap(({ name, hooks }) => (hooks === undefined ? [] : [{ name, ...hooks }])),
    onEvent: (event) => {
      trace(
        'event',
        8,
        () => `event ${event.name}${event.detail === undefined ? '' : ` (${event.detail})`}`,
        event.session,
      );
      const waits: Promise<void>[] = [];
      for (const { events } of modules) {
        const heard = events?.[event.name]?.(event);
        if (heard instanceof Promise) waits.push(heard);
      }
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    },
    policy: createDaemonPolicy({
      configuration,
      servers: bound.servers,
      rows,
      accounts,
      system,
      hostName: hostname(),
      numericAddress: (text) => masquerades.get(text),
      needsNames: [...everywhere(configuration, allow), ...everywhere(configuration, deny)]
        .flat()
        .some((rule) => rule.isAboutNames === true),
      claimOf: (session, account) => claimOf(modules, session, account),
      ...(main.first(useReverseDns) ? { names: options.names } : {}),
      log: (text, session) => log('warning', text, session),
      ...(options.accountFiles === undefined ? {} : { accountFiles: options.accountFiles }),
      ...(options.makeHome === undefined ? {} : { makeHome: options.makeHome }),
    }),
    tracing: traceSettings(configuration, main),
    listenPoints: points(bound.servers, main, options.addressFamily),
    problems: [...bound.problems, ...unresolvedMasquerades(masquerades)],
    ...(tls === undefined ? {} : { tls }),
    ...(instances === undefined ? {} : { maxSessions: instances }),
  };
}

function points(
  servers: readonly BoundServer<ServerSection>[],
  main: SessionScope,
  family: CompositionOptions['addressFamily'],
): readonly ListenPoint[] {
  const usesIpv6 = family === 'ipv6' || (family === 'any' && main.first(useIpv6));
  return listenPoints(servers, { isTight: main.first(socketBindTight), family: usesIpv6 ? 'any' : 'ipv4' });
}

function listeningOf(
  servers: readonly BoundServer<ServerSection>[],
  section: ServerSection,
): Pick<ConfiguredServer, 'addresses' | 'port'> {
  const { addresses = [], port = 0 } = servers.find(({ server }) => server === section) ?? {};
  return { addresses, port };
}

/** All get the answer of the first call. */
function once<T>(ask: () => T): () => T {
  let answer: { readonly value: T } | undefined;
  return () => (answer ??= { value: ask() }).value;
}

/** The first claim that a module makes of a client's certificate. */
async function claimOf(
  modules: readonly FtpdModule[],
  session: SessionView,
  account: Account,
): Promise<CertificateClaim | undefined> {
  for (const module of modules) {
    const claim = await module.certificateClaim?.(session, account);
    if (claim !== undefined) return claim;
  }
  return undefined;
}

/** The first module that gives a cache of this name. */
async function cacheOf(
  modules: readonly FtpdModule[],
  name: string,
  directives: DirectiveReader,
  context: ModuleContext,
): Promise<Cache | undefined> {
  for (const module of modules) {
    const cache = await module.cache?.(name.toLowerCase(), directives, context);
    if (cache !== undefined) return cache;
  }
  return undefined;
}

/** Every value of a row in every section. */
function everywhere<T>(configuration: Configuration, row: DirectiveRow<T>): readonly T[] {
  const values: T[] = [];
  const visit = (section: CheckedSection): void => {
    values.push(...valuesIn(section, row));
    section.sections.forEach(visit);
  };
  // The main server's section holds all others.
  visit(configuration.servers[0].section);
  return values;
}

async function numericAddresses(texts: readonly string[]): Promise<ReadonlyMap<string, string | undefined>> {
  return new Map(await Promise.all(texts.map(async (text) => [text, (await addressesOf(text))[0]] as const)));
}

function unresolvedMasquerades(masquerades: ReadonlyMap<string, string | undefined>): AddressProblem[] {
  return [...masquerades]
    .filter(([, address]) => address === undefined)
    .map(([text]) => ({
      severity: 'warning',
      text: `MasqueradeAddress: unable to resolve '${text}'; PASV tells the real address`,
    }));
}

/** What the configuration says of SystemLog. @param debug - What `-d` says. */
export function logConfiguration({ main, scopes }: Composition, debug: number): LogConfiguration {
  const file = main.first(systemLog);
  const facility = main.first(syslogFacility);
  return {
    allowsSymlink: main.first(allowLogSymlinks),
    level: main.first(syslogLevel),
    debugLevel: main.first(debugLevel) ?? debug,
    serverNames: scopes.map(({ selector: { server } }) => server.addresses[0] ?? hostname()),
    ...(file === undefined ? {} : { file }),
    ...(facility === undefined ? {} : { facility }),
  };
}

import type { CheckedSection, LimitWithMessage, Scope, SessionScope } from '@ftpd/config';
import type {
  Ceiling,
  ClientLimits,
  DirectiveValues,
  PathSettings,
  Settings,
  TransferRate,
} from '@ftpd/server';
import { defaultSettings } from '@ftpd/server';
import type { VirtualPath } from '@ftpd/storage';
import { allowFilter, denyFilter, pathAllowFilter, pathDenyFilter } from './modules/core/access.ts';
import { deferWelcome, displayChdir, displayConnect, displayQuit } from './modules/core/files.ts';
import {
  allowForeignAddress,
  passivePorts,
  masqueradeAddress,
  socketOptions,
  timeoutIdle,
  timeoutLinger,
} from './modules/core/network.ts';
import { groupOwner, userOwner } from './modules/core/owners.ts';
import { isMeant, type Pattern } from './modules/core/pattern.ts';
import {
  commandBufferSize,
  maxCommandRate,
  multilineRfc2228,
  serverAdmin,
  serverIdent,
  serverName,
  timesGmt,
  umask,
} from './modules/core/server.ts';
import * as limits from './modules/auth/limits.ts';
import { accessDenyMsg, accessGrantMsg, displayLogin, rootRevoke } from './modules/auth/login.ts';
import {
  dirFakeGroup,
  dirFakeMode,
  dirFakeUser,
  listOptions,
  showSymlinks,
  useGlobbing,
} from './modules/mod_ls.ts';
import { langEngine, useEncoding } from './modules/mod_lang.ts';
import { tlsMasqueradeAddress } from './modules/tls/protocol-rows.ts';
import * as xfer from './modules/mod_xfer.ts';
import { proftpdVersion } from './version.ts';

/** What settings need beside the configuration. */
export interface SettingsContext {
  /** The address of this server that the client reached. */
  readonly localAddress: string;
  /** Name of this machine. */
  readonly hostName: string;
  /** Whether an address is in a `<Class>`. */
  readonly isInClass: (address: string, className: string) => boolean;
  /** The numeric address of MasqueradeAddress. Undefined: it has none. */
  readonly numericAddress: (text: string) => string | undefined;
  /** The directives by name, for modules. */
  readonly directives: DirectiveValues;
}

/** All settings of a session, from the configuration in force for it. */
export function settingsOfScope(scope: SessionScope, context: SettingsContext): Settings {
  const bySection = new WeakMap<Scope, PathSettings>();
  const at = (path: VirtualPath): PathSettings => {
    const there = scope.at(path);
    const known = bySection.get(there);
    if (known !== undefined) return known;
    const settings = pathSettings(there, scope);
    bySection.set(there, settings);
    return settings;
  };
  const dependsOnPath = hasDirectories(scope);
  const here = pathSettings(scope, scope);
  const settings: Settings = {
    ...defaultSettings,
    ...here,
    ...identity(scope, context),
    ...network(scope, context),
    ...features(scope),
    timeouts: {
      idleMs: scope.first(timeoutIdle),
      loginMs: scope.first(limits.timeoutLogin),
      noTransferMs: scope.first(xfer.timeoutNoTransfer),
      stalledMs: scope.first(xfer.timeoutStalled),
      sessionMs: scope.first(limits.timeoutSession),
      lingerMs: scope.first(timeoutLinger),
    },
    limits: clientLimits(scope),
    display: display(scope),
    isCommandAllowed: commandFilter(scope),
    listOptions: scope.first(listOptions),
    usesGlobbing: scope.first(useGlobbing),
    defaultType: scope.first(xfer.defaultTransferMode) === 'ascii' ? 'A' : 'I',
    showsTimesInUtc: scope.first(timesGmt),
    usesRfc2228Multiline: scope.first(multilineRfc2228),
    dependsOnPath,
    directives: context.directives,
    at: dependsOnPath ? at : () => here,
    ...optional('maxLoginAttempts', scope.first(limits.maxLoginAttempts)),
    ...optional('commandRate', scope.first(maxCommandRate)),
    ...optional('maxCommandBytes', scope.first(commandBufferSize)),
    ...optional('accessDeniedText', scope.first(accessDenyMsg)),
    ...optional('accessGrantedText', scope.first(accessGrantMsg)),
  };
  if (scope.first(limits.maxLoginAttempts) !== undefined) return settings;
  const { maxLoginAttempts: _unlimited, ...rest } = settings;
  return rest;
}

/** A property that is there only with a value: `exactOptionalPropertyTypes` tells absence from undefined. */
function optional<Name extends string, T>(name: Name, value: T | undefined): { readonly [Key in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: T });
}

function pathSettings(scope: Scope, session: SessionScope): PathSettings {
  const mask = scope.first(umask);
  const hidden = scope.first(xfer.hiddenStores);
  const { user = 'ftp' } = session.selector;
  const shown = (name: string | undefined): string | undefined => (name === '~' ? user : name);
  return {
    fileUmask: mask.file,
    directoryUmask: mask.directory,
    allowsOverwrite: scope.first(xfer.allowOverwrite),
    allowsStoreRestart: scope.first(xfer.allowStoreRestart),
    allowsRetrieveRestart: scope.first(xfer.allowRetrieveRestart),
    // As documented: HiddenStores switches DeleteAbortedStores on.
    deletesAbortedStores: scope.first(xfer.deleteAbortedStores) || hidden !== undefined,
    showsSymlinks: scope.first(showSymlinks),
    isPathAllowed: pathFilter(scope),
    rates: rates(scope),
    isSentByKernel: scope.first(xfer.useSendfile),
    ...optional('hiddenStores', hidden),
    ...optional('fakeOwner', shown(scope.first(dirFakeUser))),
    ...optional('fakeGroup', shown(scope.first(dirFakeGroup))),
    ...optional('fakeMode', scope.first(dirFakeMode)),
    ...optional('displayChdir', scope.first(displayChdir)),
    ...optional('newOwner', scope.first(userOwner)),
    ...optional('newGroup', scope.first(groupOwner)),
  };
}

function identity(scope: SessionScope, { localAddress, hostName }: SettingsContext) {
  const { server } = scope.selector;
  const name = scope.first(serverName);
  const ident = scope.first(serverIdent);
  const variables: Readonly<Record<string, string>> = {
    '%L': localAddress,
    '%V': hostName,
    '%v': name,
    '%{version}': proftpdVersion,
  };
  const standard = ident.isOn
    ? `ProFTPD Server (${name}) [${localAddress}]`
    : `${localAddress} FTP server ready`;
  return {
    // The contract counts from 1, the configuration from 0.
    serverId: server.index + 1,
    serverName: name,
    serverAdmin: scope.first(serverAdmin),
    greeting:
      ident.text?.replace(/%(?:[LVv]|\{version\})/g, (variable) => variables[variable] ?? variable) ??
      standard,
    isWelcomeDeferred: scope.first(deferWelcome),
  };
}

function network(scope: SessionScope, context: SettingsContext) {
  const foreign = scope.first(allowForeignAddress);
  const options = scope.first(socketOptions) ?? {};
  const masquerade = scope.first(masqueradeAddress);
  const numeric = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : context.numericAddress(text);
  return {
    allowsForeignAddress:
      typeof foreign === 'boolean' ? () => foreign : (address: string) => context.isInClass(address, foreign),
    socket: { isKeptAlive: true, ...options },
    activeSourcePort: scope.first(rootRevoke) ?? 'any',
    ...optional('passivePorts', scope.first(passivePorts)),
    ...optional('passiveAddress', numeric(masquerade)),
    ...optional('securePassiveAddress', numeric(scope.first(tlsMasqueradeAddress))),
  };
}

function features(scope: SessionScope): Pick<Settings, 'hiddenFeatures' | 'languages'> {
  const speaks = scope.first(langEngine);
  const hidesUtf8 = !speaks || scope.first(useEncoding) === false;
  return {
    languages: speaks ? defaultSettings.languages : [],
    hiddenFeatures: new Set(hidesUtf8 ? ['UTF8'] : []),
  };
}

const ceiling = (limit: LimitWithMessage | undefined): Ceiling | undefined =>
  limit?.limit === undefined ? undefined : { max: limit.limit, ...optional('message', limit.message) };

function clientLimits(scope: SessionScope): ClientLimits {
  const { className } = scope.selector;
  const ofClass = scope.all(limits.maxClientsPerClass).find((limit) => limit.className === className);
  return {
    ...optional('clients', ceiling(scope.first(limits.maxClients))),
    ...optional('clientsPerHost', ceiling(scope.first(limits.maxClientsPerHost))),
    ...optional('clientsPerUser', ceiling(scope.first(limits.maxClientsPerUser))),
    ...optional('clientsPerClass', ceiling(ofClass)),
    ...optional('hostsPerUser', ceiling(scope.first(limits.maxHostsPerUser))),
    ...optional('connectionsPerHost', ceiling(scope.first(limits.maxConnectionsPerHost))),
  };
}

function display(scope: SessionScope) {
  const chdir = scope.first(displayChdir);
  return {
    ...optional('connect', scope.first(displayConnect)),
    ...optional('login', scope.first(displayLogin)),
    ...optional('quit', scope.first(displayQuit)),
    ...optional('fileTransfer', scope.first(xfer.displayFileTransfer)),
    ...optional('chdir', chdir?.file),
    ...optional('isChdirShownOnce', chdir?.isShownOnce),
  };
}

/** Passwords must not fail a filter that is about names: it would tell what is in them. */
const unfiltered: ReadonlySet<string> = new Set(['PASS']);

function commandFilter(scope: Scope): (verb: string, argument: string) => boolean {
  const passes = filter(scope.first(allowFilter), scope.first(denyFilter));
  return passes === undefined
    ? defaultSettings.isCommandAllowed
    : (verb, argument) => unfiltered.has(verb) || argument === '' || passes(argument);
}

function pathFilter(scope: Scope): (path: string) => boolean {
  return filter(scope.first(pathAllowFilter), scope.first(pathDenyFilter)) ?? defaultSettings.isPathAllowed;
}

function filter(
  allowed: Pattern | undefined,
  denied: Pattern | undefined,
): ((text: string) => boolean) | undefined {
  if (allowed === undefined && denied === undefined) return undefined;
  return (text) =>
    (denied === undefined || !isMeant(denied, text)) && (allowed === undefined || isMeant(allowed, text));
}

function rates(scope: Scope): PathSettings['rates'] {
  const found: { [verb in xfer.TransferVerb]?: TransferRate } = {};
  for (const { verbs, bytesPerSecond, freeBytes } of scope.all(xfer.transferRate)) {
    // The most specific comes first, and stays.
    for (const verb of verbs) found[verb] ??= { bytesPerSecond, freeBytes };
  }
  return found;
}

function hasDirectories({ selector: { server, anonymous } }: SessionScope): boolean {
  const sections: readonly CheckedSection[] = [
    server.section,
    ...server.globals,
    ...(anonymous === undefined ? [] : [anonymous.section]),
  ];
  return sections.some(holdsDirectory);
}

const sessionSections: ReadonlySet<string> = new Set(['ifclass', 'ifuser', 'ifgroup', 'ifauthenticated']);

function holdsDirectory({ sections }: CheckedSection): boolean {
  return sections.some(
    (section) =>
      section.node.key === 'directory' || (sessionSections.has(section.node.key) && holdsDirectory(section)),
  );
}

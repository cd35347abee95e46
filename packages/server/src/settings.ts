import type { VirtualPath } from '@ftpd/storage';

/** Inclusive range of ports. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Names of the files that are shown to the client. Relative names stand below the start folder (or the changed one). */
export interface DisplayFiles {
  readonly connect?: string;
  readonly login?: string;
  readonly quit?: string;
  readonly chdir?: string;
  /** Whether `chdir` is shown only if it changed since it was shown (the second argument of DisplayChdir). */
  readonly isChdirShownOnce?: boolean;
  readonly fileTransfer?: string;
}

/** Durations in ms; 0: that timer is off. */
export interface Timeouts {
  readonly idleMs: number;
  readonly loginMs: number;
  readonly noTransferMs: number;
  readonly stalledMs: number;
  /** From the login to the end, whatever is going on. */
  readonly sessionMs: number;
  /** How long the end of a data connection is waited for. */
  readonly lingerMs: number;
}

/** A ceiling and what is said when it is reached; `%m` in the message stands for the ceiling. */
export interface Ceiling {
  readonly max: number;
  readonly message?: string;
}

/** How many may be on. Absent: no ceiling. */
export interface ClientLimits {
  readonly clients?: Ceiling;
  readonly clientsPerHost?: Ceiling;
  readonly clientsPerUser?: Ceiling;
  readonly clientsPerClass?: Ceiling;
  readonly hostsPerUser?: Ceiling;
  readonly connectionsPerHost?: Ceiling;
}

/** A rate for one command; 0 bytes per second: none. */
export interface TransferRate {
  readonly bytesPerSecond: number;
  /** Bytes sent at full speed before the rate begins. */
  readonly freeBytes: number;
}

/** What may differ from folder to folder. */
export interface PathSettings {
  /** Bits taken off the mode of a new file and of a new folder. */
  readonly fileUmask: number;
  readonly directoryUmask: number;
  readonly allowsOverwrite: boolean;
  readonly allowsStoreRestart: boolean;
  readonly allowsRetrieveRestart: boolean;
  /** Uploads are written to `prefix + name + suffix` in the same folder and renamed at the end. */
  readonly hiddenStores?: { readonly prefix: string; readonly suffix: string };
  readonly deletesAbortedStores: boolean;
  readonly showsSymlinks: boolean;
  /** Whether the client may use a path, by its text (PathAllowFilter, PathDenyFilter). */
  readonly isPathAllowed: (path: string) => boolean;
  readonly rates: { readonly [verb in 'RETR' | 'STOR' | 'APPE' | 'STOU']?: TransferRate };
  /** Whether the storage may send files without a copy through the process. */
  readonly isSentByKernel: boolean;
  /** Shown in listings in place of the real owner, group and mode. */
  readonly fakeOwner?: string;
  readonly fakeGroup?: string;
  readonly fakeMode?: number;
  readonly displayChdir?: { readonly file: string; readonly isShownOnce: boolean };
  /** Names of whom new files and folders are given to; of the group, `~` is the user's own (UserOwner, GroupOwner). */
  readonly newOwner?: string;
  readonly newGroup?: string;
}

/** Values of directives as a module reads them: opaque here, typed by the rows of `@ftpd/config`. */
export interface DirectiveValues {
  first(name: string, path?: VirtualPath): unknown;
  all(name: string, path?: VirtualPath): readonly unknown[];
}

/**
 * All that governs a session at a moment: an immutable snapshot, replaced as a whole at connect, HOST, USER, login,
 * REIN and CWD. Read it where it is needed and keep no copy.
 */
export interface Settings extends PathSettings {
  /** Which virtual server: 1 for the main one, then in the order of the configuration. */
  readonly serverId: number;
  readonly serverName: string;
  readonly serverAdmin: string;
  /** Text of the 220 reply. */
  readonly greeting: string;
  /** The greeting says no more than "FTP server ready." until the login (DeferWelcome). */
  readonly isWelcomeDeferred: boolean;
  /** Text of 421 when the server refuses sessions. */
  readonly timeouts: Timeouts;
  /** Failed logins on one connection until it is closed. Absent: no ceiling. */
  readonly maxLoginAttempts?: number;
  /** Commands per interval; those above are slowed down (MaxCommandRate). */
  readonly commandRate?: { readonly max: number; readonly intervalMs: number };
  readonly limits: ClientLimits;
  readonly passivePorts?: PortRange;
  /** Address told to clients in 227 and compared nowhere else (MasqueradeAddress). */
  readonly passiveAddress?: string;
  /** The same where the control connection is encrypted (TLSMasqueradeAddress). Absent: `passiveAddress`. */
  readonly securePassiveAddress?: string;
  /** Whether data may go to or come from this address, the control connection being from another. */
  readonly allowsForeignAddress: (address: string) => boolean;
  /**
   * The own port of active data connections (RFC 959 §3.2): any, or the control connection's less one.
   * `control-less-one-if-unprivileged`: PORT and EPRT are refused where that port is for root (RootRevoke on).
   */
  readonly activeSourcePort: 'any' | 'control-less-one' | 'control-less-one-if-unprivileged';
  readonly display: DisplayFiles;
  /** Whether a command line may be run, by its argument (AllowFilter, DenyFilter). */
  readonly isCommandAllowed: (verb: string, argument: string) => boolean;
  /** Options put in front of the client's own in LIST and NLST; `isStrict`: the client's are ignored. */
  readonly listOptions: {
    readonly text: string;
    readonly isStrict: boolean;
    readonly maxFiles?: number;
    readonly maxDirectories?: number;
    readonly maxDepth?: number;
  };
  readonly usesGlobbing: boolean;
  readonly defaultType: 'A' | 'I';
  readonly showsTimesInUtc: boolean;
  readonly usesRfc2228Multiline: boolean;
  /** Longest command line in bytes. */
  readonly maxCommandBytes: number;
  /** Languages as LANG tells them, the one in use with `*` behind it. */
  readonly languages: readonly string[];
  /** Lines left out of FEAT (`UTF8` without UseEncoding). */
  readonly hiddenFeatures: ReadonlySet<string>;
  readonly accessDeniedText?: string;
  readonly accessGrantedText?: string;
  readonly socket: {
    readonly isKeptAlive: boolean;
    readonly receiveBufferBytes?: number;
    readonly sendBufferBytes?: number;
  };
  /** Whether any setting or rule differs from folder to folder; without, paths need not be resolved before a command. */
  readonly dependsOnPath: boolean;
  /** The settings in force below a folder of the session's root. Cheap: may be asked for each command. */
  readonly at: (path: VirtualPath) => PathSettings;
  /** Directives for modules. */
  readonly directives: DirectiveValues;
}

const noDirectives: DirectiveValues = { first: () => undefined, all: () => [] };

/** ProFTPD's defaults, where there is one; for servers without a configuration file. */
export const defaultSettings: Settings = {
  serverId: 1,
  serverName: 'ftpd',
  serverAdmin: 'root@localhost',
  greeting: 'FTP server ready.',
  isWelcomeDeferred: false,
  timeouts: {
    idleMs: 600_000,
    loginMs: 300_000,
    noTransferMs: 300_000,
    stalledMs: 3_600_000,
    sessionMs: 0,
    lingerMs: 10_000,
  },
  maxLoginAttempts: 3,
  limits: {},
  allowsForeignAddress: () => false,
  activeSourcePort: 'any',
  display: {},
  isCommandAllowed: () => true,
  listOptions: { text: '', isStrict: false },
  usesGlobbing: true,
  defaultType: 'A',
  showsTimesInUtc: true,
  usesRfc2228Multiline: false,
  maxCommandBytes: 4096,
  languages: ['C.UTF-8*'],
  hiddenFeatures: new Set(),
  socket: { isKeptAlive: true },
  dependsOnPath: false,
  at: () => defaultSettings,
  directives: noDirectives,
  fileUmask: 0o022,
  directoryUmask: 0o022,
  allowsOverwrite: false,
  allowsStoreRestart: false,
  allowsRetrieveRestart: true,
  deletesAbortedStores: false,
  showsSymlinks: true,
  isPathAllowed: () => true,
  rates: {},
  isSentByKernel: true,
};

/** A complete snapshot from the few settings that differ from the defaults. */
export function settingsFrom(changes: Partial<Omit<Settings, 'at'>>): Settings {
  const settings: Settings = { ...defaultSettings, ...changes, at: () => settings };
  return settings;
}

import { MODULE_OF_DIRECTIVE } from './proftpd-modules.ts';

const names = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .toLowerCase()
      .split(/\s+/u)
      .filter((name) => name !== ''),
  );

/** Directives that refuse, limit, authenticate or encrypt, unless they are set to off, none or 0. */
const PROTECTS_WHEN_ON = names(`
  Allow AllowClass AllowGroup AllowUser AllowFilter Deny DenyAll DenyClass DenyFilter DenyGroup DenyUser
  HideFiles HideGroup HideNoAccess HideUser IgnoreHidden PathAllowFilter PathDenyFilter
  MaxCommandRate MaxConnectionRate MaxInstances TimeoutIdle AuthOrder
  AnonRejectPasswords AnonRequirePassword AuthAliasOnly DefaultRoot MaxClients MaxClientsPerClass MaxClientsPerHost
  MaxClientsPerUser MaxConnectionsPerHost MaxHostsPerUser MaxLoginAttempts MaxPasswordSize RequireValidShell RootRevoke
  TimeoutLogin TimeoutSession UseFtpUsers UserPassword
  MaxRetrieveFileSize MaxStoreFileSize MaxTransfersPerHost MaxTransfersPerUser TimeoutNoTransfer TimeoutStalled TransferRate
  AuthUserFile AuthGroupFile AuthPAM AuthPAMConfig AuthOTPEngine AuthOTPTable
  BanEngine BanOnEvent BanTable BanCache
  DNSBLEngine DNSBLDomain DNSBLPolicy FACLEngine GeoIPEngine GeoIPAllowFilter GeoIPDenyFilter
  LDAPServer LDAPUsers LDAPGroups LDAPAuthBinds LDAPUseTLS MaxLoad
  QuotaEngine QuotaLimitTable QuotaDefault RLimitChroot RLimitCPU RLimitMemory RLimitOpenFiles
  RadiusEngine RadiusAuthServer Ratios AnonRatio GroupRatio HostRatio UserRatio
  SFTPEngine SFTPAuthMethods SFTPAuthorizedHostKeys SFTPAuthorizedUserKeys SFTPCiphers SFTPDigests SFTPKeyExchanges
  SFTPKeyLimits SFTPPAMEngine ShaperEngine ShaperAll ShaperSession
  SQLEngine SQLAuthenticate SQLAuthTypes SQLPasswordEngine
  TCPAccessFiles TCPGroupAccessFiles TCPUserAccessFiles WrapEngine WrapTables WrapGroupTables WrapUserTables
  TLSEngine TLSRequired TLSVerifyClient TLSProtocol TLSCipherSuite TLSCACertificateFile TLSCARevocationFile
`);

/** Directives that allow something, and so protect by being off. */
const PROTECTS_WHEN_OFF = names(`
  AllowChrootSymlinks AllowEmptyPasswords AllowForeignAddress AllowLogSymlinks AllowOverride AllowOverwrite
  AllowRetrieveRestart AllowStoreRestart RootLogin CopyEngine SiteMiscEngine
`);

const OFF = new Set(['off', 'no', 'false', '0', 'none']);

/** A directive as it matters here: its name in lower case and its parameters. */
interface Setting {
  readonly key: string;
  readonly args: readonly string[];
}

/** Whether the directive, set so, refuses, limits, authenticates or encrypts. */
export function isProtective(setting: Setting): boolean {
  const isOff = OFF.has((setting.args[0] ?? '').toLowerCase());
  return PROTECTS_WHEN_ON.has(setting.key) ? !isOff : PROTECTS_WHEN_OFF.has(setting.key) && isOff;
}

/**
 * The settings of a skipped section whose loss would open something. Those of a module whose engine the same section
 * switches off protect nothing.
 */
export function lostProtections<S extends Setting>(section: readonly S[]): S[] {
  const switchedOff = new Set(
    section
      .filter(
        ({ key, args }) =>
          (key.endsWith('engine') || key === 'ratios') && OFF.has((args[0] ?? '').toLowerCase()),
      )
      .map(({ key }) => MODULE_OF_DIRECTIVE.get(key)),
  );
  return section.filter((setting) => {
    const module = MODULE_OF_DIRECTIVE.get(setting.key);
    return isProtective(setting) && !(module !== undefined && switchedOff.has(module));
  });
}

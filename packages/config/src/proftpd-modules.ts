/** Every module of ProFTPD 1.3.8 with the names of its directives, as its documentation lists them. */
export const PROFTPD_MODULES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'mod_auth.c':
      'AccessDenyMsg AccessGrantMsg AllowChrootSymlinks AllowEmptyPasswords AnonAllowRobots ' +
      'AnonRejectPasswords AnonRequirePassword AuthAliasOnly AuthUsingAlias CreateHome DefaultChdir ' +
      'DefaultRoot DisplayLogin MaxClients MaxClientsPerClass MaxClientsPerHost MaxClientsPerUser ' +
      'MaxConnectionsPerHost MaxHostsPerUser MaxLoginAttempts MaxPasswordSize RequireValidShell RewriteHome ' +
      'RootLogin RootRevoke TimeoutLogin TimeoutSession UseFtpUsers UseLastlog UserAlias UserDirRoot ' +
      'UserPassword WtmpLog',
    'mod_auth_file.c': 'AuthFileOptions AuthGroupFile AuthUserFile',
    'mod_auth_otp.c':
      'AuthOTPAlgorithm AuthOTPEngine AuthOTPLog AuthOTPOptions AuthOTPTable AuthOTPTableLock',
    'mod_auth_pam.c': 'AuthPAM AuthPAMConfig AuthPAMOptions',
    'mod_auth_unix.c': 'AuthUnixOptions PersistentPasswd',
    'mod_ban.c':
      'BanCache BanCacheOptions BanControlsACLs BanEngine BanLog BanMessage BanOnEvent BanOptions BanTable',
    'mod_cap.c': 'CapabilitiesEngine CapabilitiesRootRevoke CapabilitiesSet',
    'mod_copy.c': 'CopyEngine CopyOptions',
    'mod_core.c':
      'Allow AllowAll AllowClass AllowFilter AllowForeignAddress AllowGroup AllowOverride AllowUser ' +
      'AuthOrder CDPath CommandBufferSize DebugLevel DefaultAddress DefaultServer DeferWelcome Define Deny ' +
      'DenyAll DenyClass DenyFilter DenyGroup DenyUser DisplayChdir DisplayConnect DisplayQuit From ' +
      'FSCachePolicy FSOptions Group GroupOwner HideFiles HideGroup HideNoAccess HideUser IgnoreHidden ' +
      'Include IncludeOptions MasqueradeAddress MaxCommandRate MaxConnectionRate MaxInstances ' +
      'MultilineRFC2228 Order PassivePorts PathAllowFilter PathDenyFilter PidFile Port ProcessTitles ' +
      'Protocols RegexOptions Satisfy ScoreboardFile ScoreboardMutex ScoreboardScrub ServerAdmin ' +
      'ServerAlias ServerIdent ServerName ServerType SetEnv SocketBindTight SocketOptions SyslogFacility ' +
      'SyslogLevel TCPBacklog TCPNoDelay TimeoutIdle TimeoutLinger TimesGMT Trace TraceLog TraceOptions ' +
      'TransferLog Umask UnsetEnv UseIPv6 User UseReverseDNS UserOwner',
    'mod_ctrls.c':
      'ControlsACLs ControlsAuthFreshness ControlsEngine ControlsInterval ControlsLog ControlsMaxClients ' +
      'ControlsSocket ControlsSocketACL ControlsSocketOwner',
    'mod_ctrls_admin.c': 'AdminControlsACLs AdminControlsEngine',
    'mod_deflate.c': 'DeflateEngine DeflateLog',
    'mod_delay.c': 'DelayControlsACLs DelayEngine DelayOnEvent DelayTable',
    'mod_digest.c':
      'DigestAlgorithms DigestCache DigestDefaultAlgorithm DigestEnable DigestEngine DigestMaxSize ' +
      'DigestOptions',
    'mod_dnsbl.c': 'DNSBLDomain DNSBLEngine DNSBLLog DNSBLPolicy',
    'mod_dso.c': 'LoadFile LoadModule ModuleControlsACLs ModuleOrder ModulePath',
    'mod_dynmasq.c': 'DynMasqControlsACLs DynMasqRefresh',
    'mod_exec.c':
      'ExecBeforeCommand ExecEnable ExecEngine ExecEnviron ExecLog ExecOnCommand ExecOnConnect ExecOnError ' +
      'ExecOnEvent ExecOnExit ExecOnRestart ExecOptions ExecTimeout',
    'mod_facl.c': 'FACLEngine',
    'mod_facts.c': 'FactsAdvertise FactsDefault FactsOptions',
    'mod_geoip.c': 'GeoIPAllowFilter GeoIPDenyFilter GeoIPEngine GeoIPLog GeoIPPolicy GeoIPTable',
    'mod_ident.c': 'IdentLookups',
    'mod_ifsession.c': '',
    'mod_ifversion.c': '',
    'mod_lang.c': 'LangDefault LangEngine LangOptions LangPath UseEncoding',
    'mod_ldap.c':
      'LDAPAliasDereference LDAPAttr LDAPAuthBinds LDAPBindDN LDAPConnectTimeout LDAPDefaultAuthScheme ' +
      'LDAPDefaultGID LDAPDefaultQuota LDAPDefaultUID LDAPForceDefaultGID LDAPForceDefaultUID ' +
      'LDAPForceGeneratedHomedir LDAPGenerateHomedir LDAPGenerateHomedirPrefix ' +
      'LDAPGenerateHomedirPrefixNoUsername LDAPGroups LDAPLog LDAPProtocolVersion LDAPQueryTimeout ' +
      'LDAPSearchScope LDAPServer LDAPUsers LDAPUseSASL LDAPUseTLS',
    'mod_load.c': 'MaxLoad',
    'mod_log.c': 'AllowLogSymlinks ExtendedLog LogFormat LogOptions ServerLog SystemLog',
    'mod_log_forensic.c':
      'ForensicLogBufferSize ForensicLogCapture ForensicLogCriteria ForensicLogEngine ForensicLogFile',
    'mod_ls.c': 'DirFakeGroup DirFakeMode DirFakeUser ListOptions ListStyle ShowSymlinks UseGlobbing',
    'mod_memcache.c':
      'MemcacheConnectFailures MemcacheEngine MemcacheLog MemcacheOptions MemcacheReplicas MemcacheServers ' +
      'MemcacheTimeouts',
    'mod_qos.c': 'QoSOptions',
    'mod_quotatab.c':
      'QuotaDefault QuotaDirectoryTally QuotaDisplayUnits QuotaEngine QuotaExcludeFilter QuotaLimitTable ' +
      'QuotaLock QuotaLog QuotaOptions QuotaShowQuotas QuotaTallyTable',
    'mod_quotatab_file.c': '',
    'mod_quotatab_ldap.c': '',
    'mod_quotatab_radius.c': '',
    'mod_quotatab_sql.c': '',
    'mod_radius.c':
      'RadiusAcctServer RadiusAuthServer RadiusEngine RadiusGroupInfo RadiusLog RadiusNASIdentifier ' +
      'RadiusOptions RadiusQuotaInfo RadiusRealm RadiusUserInfo RadiusVendor',
    'mod_ratio.c':
      'AnonRatio ByteRatioErrMsg CwdRatioMsg FileRatioErrMsg GroupRatio HostRatio LeechRatioMsg RatioFile ' +
      'Ratios RatioTempFile SaveRatios UserRatio',
    'mod_readme.c': 'DisplayReadme',
    'mod_redis.c':
      'RedisEngine RedisLog RedisLogFormatExtra RedisLogOnCommand RedisLogOnEvent RedisOptions ' +
      'RedisSentinel RedisServer RedisTimeouts',
    'mod_rewrite.c':
      'RewriteCondition RewriteEngine RewriteLock RewriteLog RewriteMap RewriteMaxReplace RewriteRule',
    'mod_rlimit.c': 'RLimitChroot RLimitCPU RLimitMemory RLimitOpenFiles',
    'mod_sftp.c':
      'SFTPAcceptEnv SFTPAuthMethods SFTPAuthorizedHostKeys SFTPAuthorizedUserKeys SFTPCiphers ' +
      'SFTPClientAlive SFTPClientMatch SFTPCompression SFTPCryptoDevice SFTPDHParamFile SFTPDigests ' +
      'SFTPDisplayBanner SFTPEngine SFTPExtensions SFTPHostKey SFTPKeyBlacklist SFTPKeyExchanges ' +
      'SFTPKeyLimits SFTPLog SFTPMaxChannels SFTPOptions SFTPPassPhraseProvider SFTPRekey SFTPTrafficPolicy',
    'mod_sftp_pam.c': 'SFTPPAMEngine SFTPPAMOptions SFTPPAMServiceName',
    'mod_sftp_sql.c': '',
    'mod_shaper.c': 'ShaperAll ShaperControlsACLs ShaperEngine ShaperLog ShaperSession ShaperTable',
    'mod_site.c': '',
    'mod_site_misc.c': 'SiteMiscEngine',
    'mod_snmp.c':
      'SNMPAgent SNMPCommunity SNMPEnable SNMPEngine SNMPLog SNMPMaxVariables SNMPNotify SNMPOptions ' +
      'SNMPTables',
    'mod_sql.c':
      'SQLAuthenticate SQLAuthTypes SQLBackend SQLConnectInfo SQLDefaultGID SQLDefaultHomedir SQLDefaultUID ' +
      'SQLEngine SQLGroupInfo SQLGroupPrimaryKey SQLGroupWhereClause SQLKeepAlive SQLLog SQLLogFile ' +
      'SQLLogOnEvent SQLMinID SQLMinUserGID SQLMinUserUID SQLNamedConnectInfo SQLNamedQuery ' +
      'SQLNegativeCache SQLOptions SQLRatios SQLRatioStats SQLShowInfo SQLUserInfo SQLUserPrimaryKey ' +
      'SQLUserWhereClause',
    'mod_sql_mysql.c': '',
    'mod_sql_odbc.c': 'SQLODBCVersion',
    'mod_sql_passwd.c':
      'SQLPasswordArgon2 SQLPasswordCost SQLPasswordEncoding SQLPasswordEngine SQLPasswordOptions ' +
      'SQLPasswordPBKDF2 SQLPasswordRounds SQLPasswordSaltEncoding SQLPasswordSaltFile SQLPasswordScrypt ' +
      'SQLPasswordUserSalt',
    'mod_sql_postgres.c': '',
    'mod_sql_sqlite.c': '',
    'mod_statcache.c':
      'StatCacheCapacity StatCacheControlsACLs StatCacheEngine StatCacheMaxAge StatCacheTable',
    'mod_tls.c':
      'TLSCACertificateFile TLSCACertificatePath TLSCARevocationFile TLSCARevocationPath ' +
      'TLSCertificateChainFile TLSCipherSuite TLSControlsACLs TLSCryptoDevice TLSDHParamFile ' +
      'TLSDSACertificateFile TLSDSACertificateKeyFile TLSECCertificateFile TLSECCertificateKeyFile ' +
      'TLSECDHCurve TLSEngine TLSLog TLSMasqueradeAddress TLSNextProtocol TLSOptions TLSPassPhraseProvider ' +
      'TLSPKCS12File TLSPreSharedKey TLSProtocol TLSRandomSeed TLSRenegotiate TLSRequired ' +
      'TLSRSACertificateFile TLSRSACertificateKeyFile TLSServerCipherPreference TLSServerInfoFile ' +
      'TLSSessionCache TLSSessionTicketKeys TLSSessionTickets TLSStapling TLSStaplingCache ' +
      'TLSStaplingOptions TLSStaplingResponder TLSStaplingTimeout TLSTimeoutHandshake TLSUserName ' +
      'TLSVerifyClient TLSVerifyDepth TLSVerifyOrder TLSVerifyServer',
    'mod_tls_fscache.c': '',
    'mod_tls_memcache.c': '',
    'mod_tls_redis.c': '',
    'mod_tls_shmcache.c': '',
    'mod_unique_id.c': 'UniqueIDEngine',
    'mod_wrap.c':
      'TCPAccessFiles TCPAccessSyslogLevels TCPGroupAccessFiles TCPServiceName TCPUserAccessFiles',
    'mod_wrap2.c':
      'WrapAllowMsg WrapDenyMsg WrapEngine WrapGroupTables WrapLog WrapOptions WrapServiceName WrapTables ' +
      'WrapUserTables',
    'mod_wrap2_file.c': '',
    'mod_wrap2_redis.c': '',
    'mod_wrap2_sql.c': '',
    'mod_xfer.c':
      'AllowOverwrite AllowRetrieveRestart AllowStoreRestart DefaultTransferMode DeleteAbortedStores ' +
      'DisplayFileTransfer HiddenStores MaxRetrieveFileSize MaxStoreFileSize MaxTransfersPerHost ' +
      'MaxTransfersPerUser StoreUniquePrefix TimeoutNoTransfer TimeoutStalled TransferOptions TransferRate ' +
      'UseSendfile',
  }).map(([module, names]) => [module, names === '' ? [] : names.split(' ')]),
);

/** The module that a directive belongs to, by the directive's name in lower case. */
export const MODULE_OF_DIRECTIVE: ReadonlyMap<string, string> = new Map(
  [...PROFTPD_MODULES].flatMap(([module, names]) =>
    names.map((name) => [name.toLowerCase(), module] as const),
  ),
);

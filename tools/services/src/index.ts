export { BASE_CONFIGURATION } from './base-configuration.ts';
export { makeCertificates, type TestCertificates } from './certificates.ts';
export { childProcesses, processStatus } from './child-processes.ts';
export { secureClearably, type ClearableTls } from './clearable-tls.ts';
export { ControlClient, type ControlClientOptions } from './control-client.ts';
export {
  connectData,
  eprtArgument,
  openData,
  passivePort,
  portArgument,
  type DataConnection,
  type DataSetup,
} from './data-connection.ts';
export { startDatagramReceiver, type DatagramReceiver } from './datagram-receiver.ts';
export { DeadlineError, until, within } from './deadline.ts';
export { FTPD_MAIN, ftpdCommand, REPOSITORY, startFtpd, type FtpdMode } from './ftpd.ts';
export { mountHung } from './hung-mount.ts';
export { servingIdentity, type ServingIdentity } from './identity.ts';
export { startMemcached, type MemcachedOptions, type TestMemcached } from './memcached.ts';
export { nodeProgram, OTHER_NODE_VERSIONS } from './node-programs.ts';
export type { OwnFiles } from './own-files.ts';
export { freePort, freePortRange } from './ports.ts';
export {
  runProgram,
  startProcess,
  type ProcessOptions,
  type ProgramResult,
  type TestProcess,
} from './process.ts';
export { PROFTPD, startProftpd } from './proftpd.ts';
export { parseReply, ReplyFormatError, type ParsedReply, type ServerReply } from './reply.ts';
export {
  PASSWORD,
  type ServerKind,
  type ServerSetup,
  type ServerUser,
  type TestServer,
} from './server-setup.ts';
export { makeTree, removeFolder, temporaryFolder, type Tree, type TreeEntry } from './temp-tree.ts';
export { startRedis, startRedisCluster, type RedisServer, type RedisServerOptions } from './redis.ts';
export { startWatchedRedis, type WatchedRedis } from './redis-sentinel.ts';
export { startSwapper } from './swapper.ts';
export { systemUsers, type SystemUserOptions, type SystemUsers } from './system-users.ts';
export {
  startOcspAuthority,
  type IssuedCertificate,
  type OcspAuthority,
  type ResponderManner,
} from './ocsp-authority.ts';
export { stapledHandshake, type StapledHandshake } from './stapled-handshake.ts';
export { makeTlsIdentity, type TlsIdentity, type TlsIdentityOptions } from './tls-identities.ts';

export { accessAt, chmodAt, chmodDescriptor, chownAt, utimensAt } from './attributes-at.ts';
export type { AccessRight, FileTime, FileTimes } from './attributes-at.ts';
export { linkAt, mkdirAt, readLinkAt, renameAt, symlinkAt, unlinkAt } from './at.ts';
export {
  dropThreadCapabilities,
  readCapabilities,
  setNoNewPrivileges,
  setParentDeathSignal,
} from './capabilities.ts';
export type { Capabilities } from './capabilities.ts';
export type { CapabilityName } from './capability-names.ts';
export { maxDescriptorsPerMessage, receiveDescriptors, sendDescriptors } from './descriptor-passing.ts';
export type { ReceivedDescriptors } from './descriptor-passing.ts';
export { readDirectory } from './directory-entries.ts';
export { closeDescriptor, closeNoted, duplicate, setCloseOnExec, socketPair } from './descriptors.ts';
export { PosixError, isPosixError, posixErrorTexts } from './errors.ts';
export type { PosixErrorCode } from './errors.ts';
export { exitNow } from './exit-now.ts';
export { becomeOnThread, separateThread, threadIdentity, threadUmask } from './identity.ts';
export type { FileIdentity } from './identity.ts';
export type { PosixName } from './names.ts';
export type { DescriptorNote } from './native.ts';
export {
  AT_FDCWD,
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
  openAt,
} from './open-at.ts';
export type { OpenAtOptions } from './open-at.ts';
export { posixSupport } from './posix-support.ts';
export type { PosixSupport } from './posix-support.ts';
export { statAt } from './stat-at.ts';
export type { FileStatus } from './stat-at.ts';
export { watchDescriptor } from './watch-descriptor.ts';
export type { DescriptorEvents, DescriptorWatch } from './watch-descriptor.ts';
export {
  bindListener,
  bindUnixListener,
  boundSocket,
  connectSocket,
  localPort,
  peerCredentials,
} from './sockets.ts';
export type { ListenerOptions, PeerCredentials } from './sockets.ts';
export type { Endpoint } from './socket-address.ts';
export type { DescriptorInterest } from './watch-descriptor.ts';
export {
  getgrgid,
  getgrgidAsync,
  getgrnam,
  getgrnamAsync,
  getgrouplist,
  getgrouplistAsync,
  getpwnam,
  getpwnamAsync,
  getpwuid,
  getpwuidAsync,
  getspnam,
  getspnamAsync,
} from './accounts.ts';
export type { GroupEntry, PasswdEntry, ShadowEntry } from './accounts.ts';
export { cryptPassword } from './crypt.ts';
export { pamCodes } from './pam-codes.ts';
export type { PamCode } from './pam-codes.ts';
export type { PamMessage } from './pam-conversation.ts';
export { startPam } from './pam.ts';
export type { PamOptions, PamResult, PamTransaction } from './pam.ts';
export { sendFile } from './send-file.ts';
export { openDatagramSocket } from './datagram.ts';
export type { DatagramSocket } from './datagram.ts';
export { appendWtmp, encodeWtmp } from './wtmp.ts';
export type { WtmpRecord } from './wtmp.ts';

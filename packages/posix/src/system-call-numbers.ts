/**
 * Numbers of the system calls by architecture, from the kernel's tables: arch/x86/entry/syscalls/syscall_64.tbl and
 * scripts/syscall.tbl (arm64 uses the generic one).
 */
export const systemCallNumbers = {
  bind: { x64: 49, arm64: 200 },
  capget: { x64: 125, arm64: 90 },
  capset: { x64: 126, arm64: 91 },
  close: { x64: 3, arm64: 57 },
  connect: { x64: 42, arm64: 203 },
  exit_group: { x64: 231, arm64: 94 },
  faccessat2: { x64: 439, arm64: 439 },
  fchmod: { x64: 91, arm64: 52 },
  fchmodat2: { x64: 452, arm64: 452 },
  fchown: { x64: 93, arm64: 55 },
  fchownat: { x64: 260, arm64: 54 },
  fcntl: { x64: 72, arm64: 25 },
  getdents64: { x64: 217, arm64: 61 },
  getgroups: { x64: 115, arm64: 158 },
  getsockname: { x64: 51, arm64: 204 },
  getsockopt: { x64: 55, arm64: 209 },
  linkat: { x64: 265, arm64: 37 },
  listen: { x64: 50, arm64: 201 },
  mkdirat: { x64: 258, arm64: 34 },
  openat2: { x64: 437, arm64: 437 },
  prctl: { x64: 157, arm64: 167 },
  readlinkat: { x64: 267, arm64: 78 },
  recvmsg: { x64: 47, arm64: 212 },
  renameat2: { x64: 316, arm64: 276 },
  sendfile: { x64: 40, arm64: 71 },
  sendmsg: { x64: 46, arm64: 211 },
  sendto: { x64: 44, arm64: 206 },
  setfsgid: { x64: 123, arm64: 152 },
  setfsuid: { x64: 122, arm64: 151 },
  setgroups: { x64: 116, arm64: 159 },
  setsockopt: { x64: 54, arm64: 208 },
  socket: { x64: 41, arm64: 198 },
  socketpair: { x64: 53, arm64: 199 },
  statx: { x64: 332, arm64: 291 },
  symlinkat: { x64: 266, arm64: 36 },
  umask: { x64: 95, arm64: 166 },
  unlinkat: { x64: 263, arm64: 35 },
  unshare: { x64: 272, arm64: 97 },
  utimensat: { x64: 280, arm64: 88 },
} as const;

export type SystemCallName = keyof typeof systemCallNumbers;
export type Architecture = 'x64' | 'arm64';

export function isKnownArchitecture(name: string): name is Architecture {
  return name === 'x64' || name === 'arm64';
}

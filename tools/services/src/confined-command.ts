import { seeingOwnFiles, type OwnFiles } from './own-files.ts';

/** What a server may use, so that a test can see it run out of something. */
export interface Confinement {
  /** Descriptors that it may have open. Default: the system's limit. */
  readonly maxDescriptors?: number | undefined;
  /** Folder in which this server alone sees a small disk of its own, of 64 KiB. */
  readonly smallDisk?: string | undefined;
  /** Files of the system that this server alone sees. Takes root. */
  readonly ownFiles?: OwnFiles | undefined;
}

const SMALL_DISK_OPTIONS = 'size=64k,mode=0777';

/** Only root may mount; an ordinary user is root of a namespace, and himself again in another inside it. */
function mounting(folder: string, isRoot: boolean): readonly string[] {
  const script = `mount -t tmpfs -o ${SMALL_DISK_OPTIONS} none "$0" && exec "$@"`;
  const inside = ['sh', '-c', script, folder];
  if (isRoot) return ['unshare', '--mount', ...inside];
  const itself = [
    'unshare',
    '--user',
    `--map-user=${process.getuid?.()}`,
    `--map-group=${process.getgid?.()}`,
  ];
  return ['unshare', '--mount', '--user', '--map-root-user', ...inside, ...itself];
}

/** The command, run by others that set the limits and then become it: its process id stays the one that was started. */
export function confinedCommand(
  command: readonly string[],
  { maxDescriptors, smallDisk, ownFiles }: Confinement,
  isRoot: boolean,
): readonly [string, ...string[]] {
  const limit = maxDescriptors === undefined ? '' : `ulimit -n ${maxDescriptors} && `;
  const mount = smallDisk === undefined ? [] : mounting(smallDisk, isRoot);
  const files = ownFiles === undefined ? [] : seeingOwnFiles(ownFiles);
  return ['/bin/sh', '-c', `${limit}exec "$@"`, 'sh', ...files, ...mount, ...command];
}

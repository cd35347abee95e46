import fs from 'node:fs';
import { decodeName } from '@ftpd/storage';

/** Which file system a path is on, by its name alone: asking the file system itself could wait for ever. */
export interface MountTable {
  /** @param path - Real and absolute, without symlinks. @returns the device's number, as `st_dev` on most file systems. */
  deviceOf(path: string): number;
  /** Reads it again now; else it is read when it is older than a second. */
  refresh(): void;
  /** Counts the versions of the table. */
  readonly version: number;
}

export interface MountTableOptions {
  /** Text like that of /proc/self/mountinfo. */
  readonly read?: () => Uint8Array;
  readonly now?: () => number;
  /** For how long what was read counts. */
  readonly keepsMs?: number;
}

/** @see proc(5) /proc/PID/mountinfo */
export function createMountTable({
  read = () => fs.readFileSync('/proc/self/mountinfo'),
  now = () => performance.now(),
  keepsMs = 1000,
}: MountTableOptions = {}): MountTable {
  let devices: ReadonlyMap<string, number> = new Map();
  let text = Buffer.alloc(0);
  let version = 0;
  let readAt = -Infinity;

  const refresh = (): void => {
    readAt = now();
    const current = Buffer.from(read());
    if (current.equals(text)) return;
    text = current;
    devices = parseMounts(decodeName(current));
    version += 1;
  };

  return {
    deviceOf(path) {
      if (now() - readAt >= keepsMs) refresh();
      for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
        const device = devices.get(folder === '' ? '/' : folder);
        if (device !== undefined) return device;
        if (folder === '') return 0;
      }
    },
    refresh,
    get version() {
      return version;
    },
  };
}

/** The device by mount point; the last of several on one point is the one that is seen. */
function parseMounts(text: string): ReadonlyMap<string, number> {
  const devices = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, , device = '', , point] = line.split(' ');
    const [major, minor] = device.split(':').map(Number);
    if (point === undefined || major === undefined || minor === undefined) continue;
    devices.set(unescaped(point), deviceNumber(major, minor));
  }
  return devices;
}

// Blank, tab, newline and backslash are written so.
function unescaped(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

// As in st_dev: makedev(3), without the high bits that no system uses.
function deviceNumber(major: number, minor: number): number {
  return (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x100000;
}

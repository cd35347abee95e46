import fs from 'node:fs';
import { SystemError } from './failures.ts';

const procMagic = 0x9fa0;
const processFolder = /(?:^|\/)\d+(?:\/|$)/;
const maxKnown = 256;
const known = new Map<number, boolean>();

/**
 * Refuses the folders of processes in /proc. The kernel lets every thread look into its own process, whoever the thread
 * acts as: a session would see the descriptors and the memory map of the server.
 */
export function demandForeign(descriptor: number, device: number): void {
  if (!isProc(descriptor, device)) return;
  if (processFolder.test(fs.readlinkSync(`/proc/self/fd/${descriptor}`)))
    throw new SystemError('EACCES', 'a process is no business of a session');
}

function isProc(descriptor: number, device: number): boolean {
  const answer = known.get(device);
  if (answer !== undefined) return answer;
  if (known.size >= maxKnown) known.clear();
  const isOne = typeOf(descriptor) === procMagic;
  known.set(device, isOne);
  return isOne;
}

function typeOf(descriptor: number): number | undefined {
  try {
    return fs.statfsSync(`/proc/self/fd/${descriptor}`).type;
  } catch {
    return undefined;
  }
}

import { readFileSync } from 'node:fs';
import { runProgram } from './process.ts';

/** The segments of shared memory (shmget) that a process has made, by their ids; none where the system tells none. */
export function sharedMemoryOf(pid: number): readonly string[] {
  let table: string;
  try {
    table = readFileSync('/proc/sysvipc/shm', 'utf8');
  } catch {
    return [];
  }
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/u))
    .flatMap(([, id, , , maker]) => (id !== undefined && maker === String(pid) ? [id] : []));
}

/** Removes what a process that is gone has left there. */
export async function removeSharedMemoryOf(pid: number): Promise<void> {
  for (const id of sharedMemoryOf(pid)) await runProgram('ipcrm', ['--shmem-id', id]);
}

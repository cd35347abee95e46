import { readFileSync } from 'node:fs';

/** The processes that a process started and that are still there, by pid, in the order of their start. Linux. */
export function childProcesses(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text
      .split(' ')
      .filter((word) => word !== '')
      .map(Number);
  } catch {
    // It is gone, and they are nobody's.
    return [];
  }
}

/** One line of /proc/PID/status, such as `CapEff`. Undefined: there is no such process, or line. */
export function processStatus(pid: number, field: string): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${field}:\t`));
    return line?.slice(field.length + 2);
  } catch {
    return undefined;
  }
}

import { closeSync } from 'node:fs';
import { duplicate } from '@ftpd/posix';
import { setLogOpener } from '../log/log-opener.ts';

/** Logs that the keeper opened. */
export interface GivenLogs {
  /** From here on these are opened. @param descriptors - Of the paths, in their order; owned from here on. */
  follow(paths: readonly string[], descriptors: readonly number[]): void;
}

/** Has this process open logs by what the keeper gives. */
export function openGivenLogs(): GivenLogs {
  let given: ReadonlyMap<string, number> = new Map();
  setLogOpener((path) => {
    const descriptor = given.get(path);
    return descriptor === undefined ? undefined : duplicate(descriptor);
  });
  return {
    follow(paths, descriptors) {
      const before = given;
      given = new Map(paths.flatMap((path, index) => pairOf(path, descriptors[index])));
      for (const descriptor of before.values()) closeSync(descriptor);
    },
  };
}

function pairOf(path: string, descriptor: number | undefined): readonly (readonly [string, number])[] {
  return descriptor === undefined ? [] : [[path, descriptor]];
}

import { closeSync } from 'node:fs';
import type { Composition } from '../composition.ts';
import { LogFileError, openLogDescriptor, type AppendFileOptions } from '../log/append-file.ts';
import { transferLog } from '../modules/core/files.ts';
import { banLog } from '../modules/ban/ban-rows.ts';
import { controlsLog } from '../modules/ctrls/ctrls-rows.ts';
import { memcacheLog } from '../modules/memcache/memcache-rows.ts';
import { allowLogSymlinks, systemLog } from '../modules/mod_log.ts';
import { redisLog } from '../modules/redis/redis-rows.ts';
import { tlsLog } from '../modules/tls/protocol-rows.ts';
import { traceLogRow } from '../trace/trace-rows.ts';

type LogFile = Pick<AppendFileOptions, 'mode' | 'allowsSymlink'> & { readonly path: string };

/** Which logs a configuration names: the server could not open them. Each module that has logs adds a line. */
const sources: readonly ((composition: Composition) => readonly LogFile[])[] = [
  ({ main }) =>
    logs([systemLogFile(main.first(systemLog))], {
      mode: 0o640,
      allowsSymlink: main.first(allowLogSymlinks),
    }),
  ({ main }) => logs([main.first(traceLogRow)], { mode: 0o640, allowsSymlink: main.first(allowLogSymlinks) }),
  ({ moduleContext }) => logs(moduleContext.everywhere(transferLog), { mode: 0o644 }),
  ({ moduleContext }) => logs(moduleContext.everywhere(controlsLog), { mode: 0o640 }),
  ({ moduleContext }) => logs(moduleContext.everywhere(memcacheLog), { mode: 0o640 }),
  ({ moduleContext }) => logs(moduleContext.everywhere(banLog), { mode: 0o640 }),
  ({ moduleContext }) => logs(moduleContext.everywhere(redisLog), { mode: 0o640 }),
  ({ moduleContext }) => logs(moduleContext.everywhere(tlsLog), { mode: 0o640 }),
];

const systemLogFile = (path: string | undefined): string | undefined => (path === 'none' ? undefined : path);

function logs(
  paths: readonly (string | undefined)[],
  options: Pick<AppendFileOptions, 'mode' | 'allowsSymlink'>,
): readonly LogFile[] {
  return paths
    .filter((path) => path !== undefined)
    .map((path) => ({ ...options, path: path.startsWith('/') ? path : `/${path}` }));
}

export interface OpenLogs {
  readonly paths: readonly string[];
  readonly descriptors: readonly number[];
  close(): void;
}

/** Opens every log of a configuration. One that can't be opened is left out: whoever writes to it says so. */
export function openLogs(composition: Composition): OpenLogs {
  const opened = new Map<string, number>();
  for (const { path, ...options } of sources.flatMap((logsOf) => logsOf(composition))) {
    if (opened.has(path)) continue;
    try {
      opened.set(path, openLogDescriptor(path, options));
    } catch (error) {
      if (!(error instanceof LogFileError)) throw error;
    }
  }
  return {
    paths: [...opened.keys()],
    descriptors: [...opened.values()],
    close() {
      for (const descriptor of opened.values()) closeSync(descriptor);
    },
  };
}

import type { CacheLog } from '@ftpd/cache';
import type { ModuleContext } from '@ftpd/module';
import type { ModuleLog } from '../log/module-log.ts';

/** Where a driver says that servers come and go: the trace, and the module's own log or else SystemLog. */
export function cacheLog(
  channel: string,
  module: string,
  { trace, log }: Pick<ModuleContext, 'trace' | 'log'>,
  own?: { readonly log: ModuleLog; readonly path: string | undefined },
): CacheLog {
  return (severity, text) => {
    trace(channel, 3, () => text);
    if (own?.log.write(own.path, text) !== true) log(severity, `${module}: ${text}`);
  };
}

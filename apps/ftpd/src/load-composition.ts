import type { ConfigReader } from '@ftpd/config';
import type { FtpdModule } from '@ftpd/module';
import type { ServerLog, ServerTrace } from '@ftpd/server';
import type { RunOptions } from './argv.ts';
import type { ClientNames } from './client-names.ts';
import { compose, type Composition, type CompositionOptions } from './composition.ts';
import { loadConfigFile, problemLines } from './config-file.ts';
import type { SystemAccounts } from './policy/system-accounts.ts';
import { StartError } from './start-error.ts';

export interface LoadContext extends Pick<
  CompositionOptions,
  'accountFiles' | 'makeHome' | 'readPoolSecret'
> {
  readonly options: RunOptions;
  readonly modules: readonly FtpdModule[];
  readonly system: SystemAccounts;
  readonly names: ClientNames;
  readonly log: ServerLog;
  /** Default: nothing is traced. */
  readonly trace?: ServerTrace;
  /** Default: the disk. */
  readonly reader?: ConfigReader;
  /** Whether what is odd but no error goes to the log. Default: true. */
  readonly tellsWarnings?: boolean;
}

/** Reads the configuration and composes the daemon of it. @throws {StartError} with a line for each error. */
export async function loadComposition(
  {
    options,
    modules,
    system,
    names,
    log,
    trace,
    accountFiles,
    makeHome,
    readPoolSecret,
    reader,
    tellsWarnings = true,
  }: LoadContext,
  isReload: boolean,
): Promise<Composition> {
  const { configFile, defines, serverAddress, addressFamily } = options;
  const loaded = await loadConfigFile(configFile, defines, modules, reader);
  if (loaded.errors.length > 0) throw new StartError(problemLines(loaded));
  const composition = await compose({
    configuration: loaded.configuration,
    modules: loaded.modules,
    system,
    names,
    log,
    isReload,
    addressFamily,
    ...(serverAddress === undefined ? {} : { serverAddress }),
    ...(trace === undefined ? {} : { trace }),
    ...(accountFiles === undefined ? {} : { accountFiles }),
    ...(makeHome === undefined ? {} : { makeHome }),
    ...(readPoolSecret === undefined ? {} : { readPoolSecret }),
  });
  const fatal = composition.problems.filter(({ severity }) => severity === 'error').map(({ text }) => text);
  if (fatal.length > 0) throw new StartError(fatal);
  if (tellsWarnings) {
    for (const line of problemLines(loaded)) log('warning', line);
    for (const { text } of composition.problems) log('warning', text);
  }
  return composition;
}

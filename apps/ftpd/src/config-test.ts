import type { RunOptions } from './argv.ts';
import { createClientNames } from './client-names.ts';
import { compose } from './composition.ts';
import { loadConfigFile, problemLines } from './config-file.ts';
import { createBuiltIns } from './modules/index.ts';
import { checkCacheBackends } from './modules/mod_ftpd.ts';
import { createSystemAccounts } from './policy/system-accounts.ts';
import { checkScoreboard } from './run-files.ts';
import { StartError } from './start-error.ts';

/**
 * What `-t` does: reports everything that is wrong with a configuration.
 * @returns the exit code: 0 if the daemon would start with it, else 1.
 */
export async function testConfiguration({
  configFile,
  defines,
  serverAddress,
  addressFamily,
  isQuiet,
}: RunOptions): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  process.stdout.write('Checking syntax of configuration file\n');
  const loaded = await loadConfigFile(configFile, defines, createBuiltIns());
  const lines = problemLines(loaded);
  if (!isQuiet || loaded.errors.length > 0) lines.forEach(say);
  if (loaded.errors.length > 0) return 1;
  const composition = await compose({
    configuration: loaded.configuration,
    modules: loaded.modules,
    system: createSystemAccounts(),
    names: createClientNames(),
    log: (level, text) => {
      if (level === 'warning' && !isQuiet) say(`warning: ${text}`);
    },
    isReload: false,
    addressFamily,
    ...(serverAddress === undefined ? {} : { serverAddress }),
  });
  for (const { text } of composition.problems) say(text);
  try {
    checkScoreboard(composition.main);
    await checkCacheBackends(composition.moduleContext);
    for (const module of composition.modules) await module.check?.(composition.moduleContext);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    error.lines.forEach(say);
    return 1;
  }
  if (composition.problems.some(({ severity }) => severity === 'error')) return 1;
  process.stdout.write('Syntax check complete.\n');
  return 0;
}

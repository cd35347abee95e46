import { flushCompileCache } from 'node:module';
import { parseArguments, type Invocation } from './argv.ts';
import { systemLine } from './log/system-line.ts';
import { isKeptServer } from './server-process/mark.ts';

/** Loads only what an invocation needs: `-v` and `-V` are asked by scripts, and often. */
async function run(invocation: Invocation): Promise<number> {
  switch (invocation.kind) {
    case 'help':
      return print((await import('./usage.ts')).usage);
    case 'list':
      return print((await import('./built-in.ts')).moduleListText());
    case 'version':
      return print((await import('./version.ts')).versionText());
    case 'status':
      return print((await import('./version.ts')).statusText());
    case 'settings':
      return print((await import('./version.ts')).settingsText());
    case 'pool-secret':
      return await (await import('./pool-secret-command.ts')).poolSecretCommand(invocation.args);
    case 'certificate':
      return await (await import('./certificate/command.ts')).certificateCommand(invocation.args);
    case 'refused': {
      const line = systemLine({ atMs: Date.now(), host: '', pid: process.pid, text: invocation.text });
      process.stderr.write(
        `${line}\n${invocation.showsUsage ? `${(await import('./usage.ts')).usage}\n` : ''}`,
      );
      return 1;
    }
    case 'test':
      return await (await import('./config-test.ts')).testConfiguration(invocation.options);
    case 'run': {
      if (isKeptServer())
        return await (await import('./server-process/run-server.ts')).runServer(invocation.options);
      const { isBackgroundChild, startInBackground, endWithParent } = await import('./daemonise.ts');
      if (invocation.options.isForeground || isBackgroundChild()) {
        if (isBackgroundChild()) endWithParent();
        return await leave(await (await import('./daemon.ts')).runDaemon(invocation.options));
      }
      return await startInBackground(process.argv.slice(2));
    }
  }
}

/** The end of a daemon. `process.exit` would wait for threads that a dead file system may hold for ever. */
async function leave(code: number): Promise<number> {
  const { exitNow, posixSupport } = await import('@ftpd/posix');
  if (!posixSupport().isAvailable) return code;
  flushCompileCache();
  return exitNow(code);
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

// Who read this may be gone (`ftpd -n | head`): a daemon serves on, and must not log that it can't log.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await run(parseArguments(process.argv.slice(2), process.cwd()));
// Handles that are still open, such as threads and timers of modules, must not keep a daemon that has ended.
if (process.exitCode === 0 && process.stdout.writableLength > 0)
  process.stdout.once('drain', () => process.exit());
else process.exit();

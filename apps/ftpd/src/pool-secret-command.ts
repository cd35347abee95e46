import { chownSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isCacheError, newPoolSecret, readPoolSecretFile } from '@ftpd/cache';
import { escapeControls } from './log/escape.ts';

/**
 * `ftpd pool-secret new [FILE]`: makes a secret, on stdout or in front of those that the file holds.
 * @returns the exit code.
 */
export async function poolSecretCommand(args: readonly string[]): Promise<number> {
  const [verb, file, ...more] = args;
  if (verb !== 'new' || more.length > 0 || file?.startsWith('-') === true) {
    process.stderr.write('usage: ftpd pool-secret new [file]\n');
    return 1;
  }
  try {
    if (file === undefined) process.stdout.write(newPoolSecret());
    else process.stdout.write(`${escapeControls(await addTo(file))}\n`);
    return 0;
  } catch (error) {
    const reason = isCacheError(error) || error instanceof Error ? error.message : String(error);
    process.stderr.write(`ftpd: ${escapeControls(reason)}\n`);
    return 1;
  }
}

/** @returns what to tell whoever asked. */
async function addTo(file: string): Promise<string> {
  const isThere = existsSync(file);
  if (isThere) await readPoolSecretFile(file);
  const next = `${file}.new`;
  const text = newPoolSecret(isThere ? { previous: readFileSync(file, 'latin1') } : {});
  writeFileSync(next, text, { mode: 0o600, flag: 'wx' });
  try {
    if (isThere) {
      const { uid, gid } = statSync(file);
      chownSync(next, uid, gid);
    }
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
  const [id = ''] = text.split(' ', 1);
  return isThere
    ? `'${id}' stands first in ${file} now: copy the file to all machines of the pool, then send SIGHUP to each`
    : `'${id}' is in ${file}: copy it to all machines of the pool, name it with PoolSecretFile`;
}

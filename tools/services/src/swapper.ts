import { spawn } from 'node:child_process';

/** Puts `link` in the place of `name` and takes it back, without a pause; tells on its output that it has begun. */
const program = `
  const fs = require('node:fs');
  const [name, link] = process.argv.slice(1);
  fs.writeSync(1, 'started');
  for (;;) {
    fs.renameSync(name, name + '.kept');
    fs.renameSync(link, name);
    fs.renameSync(name, link);
    fs.renameSync(name + '.kept', name);
  }
`;

/** Another process that swaps a name for a symlink all the time. @returns its end. */
export async function startSwapper(name: string, link: string): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ['-e', program, name, link], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}

import { spawn } from 'node:child_process';

/**
 * Waits for the end of its input, that is of the daemon however it ends, and removes each file that still has its text,
 * or that still is the one with this device and inode.
 */
const script = `trap '' HUP INT TERM
read -r _
while [ $# -gt 1 ]; do
  if [ -S "$1" ]; then is="$(stat -c %d:%i -- "$1")"; else is="$(cat -- "$1" 2>/dev/null)"; fi
  [ "$is" = "$2" ] && rm -f -- "$1"
  shift 2
done`;

/**
 * Starts a shell that stays root and removes files at the end of this process. For a daemon that gives up root: the
 * folder of PidFile is root's, and the file in it could not be removed any more. The shell takes no input from anybody.
 * @param files - Path of each, and its text or, of a socket, `device:inode`.
 */
export function guardRunFiles(files: readonly { readonly path: string; readonly text: string }[]): void {
  const args = files.flatMap(({ path, text }) => [path, text.trimEnd()]);
  const guard = spawn('/bin/sh', ['-c', script, 'ftpd-run-files', ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  // Without it the files stay behind when the daemon ends, which is no reason not to serve.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  // A pipe is a socket here, which has unref; it closes with the process.
  (guard.stdin as typeof guard.stdin & { unref?: () => void }).unref?.();
}

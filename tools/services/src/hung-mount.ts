import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * Mounts a file system that never answers (FUSE, whose server is nobody): every look at it waits. Needs root.
 * @returns what takes it away; calls that wait on it fail then.
 */
export function mountHung(folder: string): () => void {
  fs.mkdirSync(folder, { recursive: true });
  const channel = fs.openSync('/dev/fuse', 'r+');
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
  const mounted = spawnSync('mount', ['-i', '-t', 'fuse', '-o', options, 'hung', folder], {
    stdio: ['ignore', 'ignore', 'pipe', channel],
  });
  if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr.toString()}`);
  return () => {
    spawnSync('umount', ['-l', folder]);
    fs.closeSync(channel);
  };
}

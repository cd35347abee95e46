import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const marker = '# written by ftpd tools: packages for tests start no service';

/** Debian's way to keep packages from starting services: invoke-rc.d and deb-systemd-invoke ask this program first. */
const refusal = `#!/bin/sh\n${marker}\nexit 101\n`;

/**
 * Refuses to start services until it is called off. The administrator's own file is put aside meanwhile. What a killed
 * run left is mended first.
 * @param file - `/usr/sbin/policy-rc.d` but in tests.
 * @returns puts everything back as it was; calling it again does nothing.
 */
export function refuseServices(file: string): () => void {
  const kept = `${file}.kept-by-ftpd-tools`;
  restore(file, kept);
  if (existsSync(file)) renameSync(file, kept);
  writeFileSync(file, refusal, { mode: 0o755, flag: 'wx' });
  return () => {
    restore(file, kept);
  };
}

function restore(file: string, kept: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8').includes(marker)) rmSync(file);
  if (existsSync(kept)) renameSync(kept, file);
}

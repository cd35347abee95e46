import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { hashPassword } from '@ftpd/auth';
import { servingIdentity } from '@ftpd/test-services';

/** Password of every account. */
export const PASSWORD = 'correct horse battery staple';

/** The file that is downloaded, and the source of uploads. */
export const FILE = 'file.bin';

/** What all servers serve: one home folder, one file in it, the same accounts with the same hashes. */
export interface Site {
  readonly folder: string;
  readonly home: string;
  /** Local path of `FILE`. */
  readonly file: string;
  readonly accounts: number;
  /** A copy of the account file, owned by whom a server reads it as. */
  accountFile(name: string, owner: number): string;
  remove(): void;
}

export function userName(number: number): string {
  return `user${number}`;
}

function writeZeros(path: string, bytes: number): void {
  const chunk = Buffer.alloc(1024 * 1024);
  const descriptor = openSync(path, 'w');
  for (let written = 0; written < bytes; written += chunk.length) writeSync(descriptor, chunk);
  closeSync(descriptor);
}

/** Makes the folder with accounts that have a `$6$` hash of the usual 5,000 rounds each, every one with its own salt. */
export function makeSite(parent: string, fileBytes: number, accounts: number): Site {
  const folder = mkdtempSync(join(parent, 'ftpd-bench-'));
  const home = join(folder, 'home');
  const file = join(home, FILE);
  const { uid, gid } = servingIdentity();
  try {
    mkdirSync(home);
    chmodSync(folder, 0o755);
    writeZeros(file, fileBytes);
    execFileSync('chown', ['-R', `${uid}:${gid}`, home]);
    const hashes = Array.from({ length: accounts }, () => hashPassword(PASSWORD, 'sha512'));
    const lines = hashes.map(
      (hash, number) => `${userName(number)}:${hash}:${uid}:${gid}::${home}:/bin/sh\n`,
    );
    return {
      folder,
      home,
      file,
      accounts,
      accountFile(name, owner) {
        const path = join(folder, name);
        writeFileSync(path, lines.join(''), { mode: 0o600 });
        chownSync(path, owner, owner === 0 ? 0 : gid);
        return path;
      },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

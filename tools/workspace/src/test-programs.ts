import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the tests run beside our own code: a program in PATH (or one file), and the Debian package that has it. */
export interface TestProgram {
  readonly name: string;
  readonly debianPackage: string;
  /** Absolute path, for what is no program in PATH. */
  readonly file?: string;
}

export const testPrograms: readonly TestProgram[] = [
  { name: 'curl', debianPackage: 'curl' },
  { name: 'git', debianPackage: 'git' },
  { name: 'last', debianPackage: 'util-linux' },
  { name: 'lftp', debianPackage: 'lftp' },
  { name: 'memcached', debianPackage: 'memcached' },
  {
    name: 'PLAIN of SASL',
    debianPackage: 'libsasl2-modules',
    file: `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/sasl2/libplain.so`,
  },
  { name: 'ncftpput', debianPackage: 'ncftp' },
  { name: 'openssl', debianPackage: 'openssl' },
  { name: 'proftpd', debianPackage: 'proftpd-core' },
  { name: 'mod_tls of proftpd', debianPackage: 'proftpd-mod-crypto', file: '/usr/lib/proftpd/mod_tls.so' },
  { name: 'ps', debianPackage: 'procps' },
  { name: 'python3', debianPackage: 'python3' },
  { name: 'redis-server', debianPackage: 'redis-server' },
  { name: 'setpriv', debianPackage: 'util-linux' },
];

/** Daemons live here, and the PATH of an ordinary user often leaves these folders out. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** PATH with the folders of system programs, for the tests too. */
export function searchPath(path: string): string {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return [...new Set([...folders, ...systemFolders])].join(delimiter);
}

/** @param path - As the environment variable PATH. */
export function missingPrograms(programs: readonly TestProgram[], path: string): TestProgram[] {
  const folders = searchPath(path).split(delimiter);
  return programs.filter(({ name, file }) =>
    file === undefined ? !folders.some((folder) => isExecutable(join(folder, name))) : !isReadable(file),
  );
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The sentence for somebody who cannot have them installed by us. */
export function sayWhatIsMissing(missing: readonly TestProgram[], hasApt: boolean): string {
  const packages = debianPackages(missing).join(' ');
  const names = missing.map(({ name }) => name).join(', ');
  return hasApt
    ? `The tests need ${names}: run "sudo apt-get install -y --no-install-recommends ${packages}", then npm test again.`
    : `The tests need ${names} (on Debian: apt-get install ${packages}): install them, then run npm test again.`;
}

export function debianPackages(programs: readonly TestProgram[]): string[] {
  return [...new Set(programs.map(({ debianPackage }) => debianPackage))].sort();
}

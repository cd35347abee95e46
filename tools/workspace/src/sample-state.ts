import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whom the sample serves as: for root the user `nobody`, for anybody else themselves. */
export interface ServingUser {
  readonly uid: number;
  readonly gid: number;
  /** Root only: files of the state folder are given to this user. */
  readonly isSwitched: boolean;
}

export const demoUser = 'demo';

/** Letters and digits that are not mistaken for each other; nothing that a shell or an address would read otherwise. */
const passwordAlphabet = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789';

function newPassword(): string {
  return Array.from({ length: 16 }, () => passwordAlphabet.charAt(randomInt(passwordAlphabet.length))).join(
    '',
  );
}

function systemId(flag: '-u' | '-g', user: string): number {
  const { status, stdout } = spawnSync('id', [flag, user], { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`The sample serves as ${user} when root starts it, and this system has no such user.`);
  return Number(stdout);
}

export function servingUser(): ServingUser {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) return { uid, gid: process.getgid?.() ?? 0, isSwitched: false };
  return { uid: systemId('-u', 'nobody'), gid: systemId('-g', 'nobody'), isSwitched: true };
}

/** Whether the serving user gets to a folder: a clone in root's home is closed to `nobody`. */
export function canReach(folder: string, { uid, gid, isSwitched }: ServingUser): boolean {
  return !isSwitched || spawnSync('test', ['-x', folder], { uid, gid }).status === 0;
}

/**
 * Makes the folder of the sample's state, or completes it: `home/`, `run/`, and the demo account with a random password.
 * @param ftpasswd - The program that writes AuthUserFile.
 * @returns the demo account's password, the same one at every later start.
 */
export function prepareState(folder: string, user: ServingUser, ftpasswd: string): string {
  const give = (path: string): void => {
    if (user.isSwitched) chownSync(path, user.uid, user.gid);
  };
  mkdirSync(folder, { recursive: true });
  // Whatever umask is in force, the serving user must get through.
  if (user.isSwitched) chmodSync(folder, 0o755);
  for (const name of ['home', 'run']) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o755 });
    give(join(folder, name));
  }
  const accounts = join(folder, 'ftpd.passwd');
  const passwordFile = join(folder, 'demo-password');
  if (existsSync(accounts) && existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim();

  rmSync(accounts, { force: true });
  rmSync(passwordFile, { force: true });
  const password = newPassword();
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  addAccount(ftpasswd, accounts, user, join(folder, 'home'), password);
  // Not the serving user's own: who breaks into the daemon should not write accounts.
  if (user.isSwitched) {
    chownSync(accounts, 0, user.gid);
    chmodSync(accounts, 0o640);
  }
  return password;
}

/**
 * Makes the sample's certificate, which nobody vouches for, unless there is one.
 * @param ftpd - The daemon's program, which can.
 * @returns what to warn of, the first time.
 */
export function prepareCertificate(folder: string, ftpd: string): string | undefined {
  const [key, certificate] = [join(folder, 'sample.key'), join(folder, 'sample.pem')];
  if (existsSync(key) && existsSync(certificate)) return undefined;
  rmSync(certificate, { force: true });
  const words = ['certificate', 'self-signed', 'localhost', '127.0.0.1', '--key', key, '--out', certificate];
  const { status, stderr } = spawnSync(ftpd, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The certificate could not be made: ${stderr.trim()}`);
  return `Made a certificate that nobody vouches for, ${certificate}: for trying only.`;
}

function addAccount(ftpasswd: string, file: string, user: ServingUser, home: string, password: string): void {
  const account = [
    `--name=${demoUser}`,
    `--uid=${user.uid}`,
    `--gid=${user.gid}`,
    `--home=${home}`,
    '--shell=/bin/sh',
  ];
  const args = ['--passwd', `--file=${file}`, ...account, '--sha512', '--stdin'];
  const { status, stderr } = spawnSync(ftpasswd, args, { input: `${password}\n`, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The demo account could not be made: ${stderr.trim()}`);
}

/**
 * Lines to paste into a shell in the repository's root folder; each of them works as it stands.
 * @param folder - Of the sample's state.
 */
export function clientLines(password: string, host: string, port: number, folder: string): string[] {
  const certificate = join(folder, 'sample.pem');
  // It encrypts where it can, and then wants to know whom it speaks to.
  const lftp = `lftp -u ${demoUser},${password} -p ${port} ${host} -e 'set ssl:ca-file ${certificate}`;
  const url = `ftp://${demoUser}:${password}@${host}:${port}/`;
  return [
    `${lftp}'`,
    `${lftp}; put README.md; ls; cat README.md; bye'`,
    `curl -T README.md ${url}`,
    `curl ${url}`,
    `curl ${url}README.md`,
    `curl --ssl-reqd --cacert ${certificate} ${url}`,
    `${lftp}; set ftp:ssl-force yes; ls; bye'`,
    `apps/ftpd/bin/ftpdctl -s ${join(folder, 'control/ftpd.sock')} ban info`,
  ];
}

import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Account } from '@ftpd/auth';
import { removeFolder, runProgram, servingIdentity, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreateHomeValue } from '../modules/auth/create-home.ts';
import { makeHome } from './make-home.ts';

const uid = 47_110;
const gid = 47_210;
const notAborted = new AbortController().signal;

let folder = '';
beforeEach(() => {
  folder = temporaryFolder('homes-');
});
afterEach(() => removeFolder(folder));

function make(home: string, value: Partial<CreateHomeValue> = {}, umask = 0o022): Promise<boolean> {
  const account: Account = {
    user: 'ann',
    uid,
    gid,
    groupNames: [],
    groupIds: [gid],
    comment: '',
    home: join(folder, home),
    shell: '',
  };
  const whole: CreateHomeValue = {
    mode: 0o700,
    directoryMode: 0o711,
    parentUid: 0,
    parentGid: 0,
    isMadeByUser: false,
    ...value,
  };
  return makeHome({ account, value: whole, umask }, notAborted);
}

function look(name: string): string {
  const { mode, uid: owner, gid: group } = lstatSync(join(folder, name));
  return `${(mode & 0o7777).toString(8)} ${owner}:${group}`;
}

function skeleton(): string {
  const path = join(folder, 'skel');
  mkdirSync(join(path, 'sub'), { recursive: true });
  for (const [name, mode] of [
    ['a', 0o640],
    ['sub/suid', 0o6755],
  ] as const) {
    writeFileSync(join(path, name), name);
    chmodSync(join(path, name), mode);
  }
  chmodSync(join(path, 'sub'), 0o2775);
  symlinkSync('/etc/shadow', join(path, 'link'));
  return path;
}

/** Only root may give files away: it is root who has a keeper. What follows was measured on ProFTPD 1.3.8. */
describe.runIf(servingIdentity().isRoot)('a home that root makes', () => {
  it('is the user’s, and the folders above are root’s', async () => {
    expect(await make('d/e/ann')).toBe(true);
    expect(look('d/e/ann')).toBe(`700 ${uid}:${gid}`);
    expect(look('d/e')).toBe('711 0:0');
    expect(look('d')).toBe('711 0:0');
  });

  it('has the modes and owners that CreateHome names, less the umask', async () => {
    await make(
      'd/ann',
      { mode: 0o2751, directoryMode: 0o775, parentUid: 100, parentGid: '~', homeGid: 55 },
      0o027,
    );
    expect(look('d/ann')).toBe(`750 ${uid}:55`);
    expect(look('d')).toBe('750 100:55');
  });

  it('holds the skeleton without setuid bits, links as links', async () => {
    await make('ann', { skeleton: skeleton() }, 0o027);
    expect(look('ann/a')).toBe(`640 ${uid}:${gid}`);
    expect(look('ann/sub')).toBe(`750 ${uid}:${gid}`);
    expect(look('ann/sub/suid')).toBe(`755 ${uid}:${gid}`);
    expect(readFileSync(join(folder, 'ann/sub/suid'), 'utf8')).toBe('sub/suid');
    expect(lstatSync(join(folder, 'ann/link')).isSymbolicLink()).toBe(true);
  });

  it('is not made where something is, not even a link that leads nowhere', async () => {
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'ann'));
    expect(await make('ann')).toBe(false);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  it('is made through links that only root could have made', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'relative'));
    symlinkSync(join(folder, 'real'), join(folder, 'absolute'));
    expect(await make('relative/ann')).toBe(true);
    expect(await make('absolute/x/../bob')).toBe(true);
    expect(readdirSync(join(folder, 'real')).sort()).toEqual(['ann', 'bob']);
  });

  it.each([
    ['a link of the user’s', uid, 0o755, 0],
    ['a link in a folder of the user’s', 0, 0o755, uid],
    ['a link in a folder that others may change', 0, 0o777, 0],
  ])('is not made through %s', async (_what, linkOwner, mode, folderOwner) => {
    mkdirSync(join(folder, 'outside'));
    mkdirSync(join(folder, 'open'));
    symlinkSync('../outside', join(folder, 'open/link'));
    const { lchownSync } = await import('node:fs');
    lchownSync(join(folder, 'open/link'), linkOwner, 0);
    chownSync(join(folder, 'open'), folderOwner, 0);
    chmodSync(join(folder, 'open'), mode);
    await expect(make('open/link/ann')).rejects.toThrow(/ELOOP/);
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
  });

  it('leaves nothing behind when the skeleton can’t be copied', async () => {
    const path = skeleton();
    chmodSync(path, 0o777);
    await expect(make('homes/ann', { skeleton: path })).rejects.toThrow(/world-writable/);
    expect(readdirSync(join(folder, 'homes'))).toEqual([]);
  });

  it('stays inside while its user swaps a folder above it for a link', async () => {
    mkdirSync(join(folder, 'outside'));
    mkdirSync(join(folder, 'users'));
    chownSync(join(folder, 'users'), uid, gid);
    // Swaps users/d for a link to the outside and back, as fast as it can, until the file `stop` is there.
    const script = `cd ${folder}/users; while [ ! -e ../stop ]; do
      mv d e 2>/dev/null; ln -s ../outside d; rm -f d; mv e d 2>/dev/null; done`;
    const swapper = runProgram('setpriv', [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      'sh',
      '-c',
      script,
    ]);
    for (let count = 0; count < 300; count += 1)
      await make(`users/d/e${count}/ann`, { parentUid: '~', parentGid: '~' }).catch(() => undefined);
    writeFileSync(join(folder, 'stop'), '');
    await swapper;
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
  });
});

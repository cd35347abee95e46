import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servingIdentity } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Composition } from '../../composition.ts';
import { userOwner } from '../../modules/core/owners.ts';
import type { SystemAccounts } from '../../policy/system-accounts.ts';
import type { KeeperContext } from '../request.ts';
import { giveOwner } from './give-owner.ts';

const ann = { uid: 47_901, gid: 47_911 };
const ben = { user: 'ben', uid: 47_902, gid: 47_912 };
const crew = 47_921;

const context: KeeperContext = {
  composition: {
    scopes: [{}],
    accounts: {
      of: () => ({
        lookUp: async (name: string) => (name === 'ben' ? ben : undefined),
        groupId: (name: string) => (name === 'crew' ? crew : undefined),
      }),
    },
    moduleContext: { everywhere: (row: unknown) => (row === userOwner ? ['ben'] : ['crew', '~']) },
  } as unknown as Composition,
  system: { user: () => undefined, groupId: () => undefined } as unknown as SystemAccounts,
  log: () => {},
  signal: new AbortController().signal,
  whenServerEnds: () => () => {},
};

/** Only root gives files away. */
describe.runIf(servingIdentity().isRoot)('files that the keeper gives away', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'give-owner-'));
    path = join(folder, 'file');
    writeFileSync(path, '');
    chownSync(path, ann.uid, ann.gid);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const give = (name: string, { uid, gid }: { readonly uid: number; readonly gid: number }) => {
    const { dev, ino } = lstatSync(name, { bigint: true });
    const input = { path: name, device: String(dev), inode: String(ino), uid, gid };
    return giveOwner.handle(giveOwner.check(input), context).then(({ value }) => value);
  };
  const refused: unknown = expect.objectContaining({ code: 'KEEPER_REFUSED' });
  const ownersOf = (name: string) => (({ uid, gid }) => ({ uid, gid }))(lstatSync(name));

  it('go to an owner that UserOwner names, with their group or one that GroupOwner names', async () => {
    expect(await give(path, { uid: ben.uid, gid: ann.gid })).toEqual({});
    expect(ownersOf(path)).toEqual({ uid: ben.uid, gid: ann.gid });
    mkdirSync(join(folder, 'folder'));
    chownSync(join(folder, 'folder'), ann.uid, ann.gid);
    expect(await give(join(folder, 'folder'), { uid: ben.uid, gid: crew })).toEqual({});
    expect(ownersOf(join(folder, 'folder'))).toEqual({ uid: ben.uid, gid: crew });
  });

  it('go to nobody else, and to no other group', async () => {
    await expect(give(path, { uid: 47_999, gid: ann.gid })).rejects.toEqual(refused);
    await expect(give(path, { uid: 0, gid: ann.gid })).rejects.toEqual(refused);
    await expect(give(path, { uid: ben.uid, gid: 0 })).rejects.toEqual(refused);
    expect(ownersOf(path)).toEqual(ann);
  });

  it('are none of root’s, none with a second name, and no links', async () => {
    linkSync(path, join(folder, 'second'));
    await expect(give(path, { uid: ben.uid, gid: ann.gid })).rejects.toEqual(refused);
    symlinkSync('file', join(folder, 'link'));
    await expect(give(join(folder, 'link'), { uid: ben.uid, gid: 0 })).rejects.toEqual(refused);
    writeFileSync(join(folder, 'of-root'), '');
    await expect(give(join(folder, 'of-root'), { uid: ben.uid, gid: 0 })).rejects.toEqual(refused);
    expect(ownersOf(path)).toEqual(ann);
    expect(ownersOf(join(folder, 'of-root'))).toEqual({ uid: 0, gid: 0 });
  });

  it('are those that were meant, not what has their name now', async () => {
    const { dev, ino } = lstatSync(path, { bigint: true });
    const meant = { path, device: String(dev), inode: String(ino + 1n), uid: ben.uid, gid: ann.gid };
    expect((await giveOwner.handle(meant, context)).value).toEqual({ failure: 'ESTALE' });
    const gone = { ...meant, path: join(folder, 'gone') };
    expect((await giveOwner.handle(gone, context)).value).toEqual({ failure: 'ENOENT' });
    expect(ownersOf(path)).toEqual(ann);
  });
});

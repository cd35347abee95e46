import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Composition } from '../../composition.ts';
import type { SystemAccounts } from '../../policy/system-accounts.ts';
import type { KeeperContext } from '../request.ts';
import { openBanTableRequest, putBanTableRequest } from './ban-table.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = temporaryFolder('ban-table-');
  path = join(folder, 'table');
});

afterEach(() => {
  removeFolder(folder);
});

/** A keeper whose configuration has this BanTable. */
function keeper(): KeeperContext {
  const composition = { moduleContext: { everywhere: () => [path] } };
  return {
    composition: composition as unknown as Composition,
    system: {} as SystemAccounts,
    log: () => {},
    signal: new AbortController().signal,
    whenServerEnds: () => () => {},
  };
}

const open = async (slot = 0, isNew = false, from = path) =>
  await openBanTableRequest.handle({ path: from, slot, isNew }, keeper());

describe('requests about BanTable', () => {
  it.each([
    [{ path: '/x', slot: 0 }],
    [{ path: 'x', slot: 0, isNew: false }],
    [{ path: '/x', slot: -1, isNew: false }],
    [{ path: '/x', slot: 0, isNew: false, mode: 0o666 }],
  ])('are refused: %j', (input) => {
    expect(() => openBanTableRequest.check(input)).toThrow('not in its form');
  });

  it('open the table that the configuration names, and no other file', async () => {
    const { value, descriptors = [] } = await open();
    expect([value, statSync(path).mode & 0o777]).toEqual(['opened', 0o600]);
    descriptors.forEach(closeSync);
    for (const asked of [() => open(0, false, '/etc/passwd'), () => open(10_000)])
      await expect((async () => await asked())()).rejects.toMatchObject({ code: 'KEEPER_REFUSED' });
    await expect(putBanTableRequest.handle({ path: '/etc/passwd', slot: 0 }, keeper())).rejects.toMatchObject(
      { code: 'KEEPER_REFUSED' },
    );
  });

  it('open no link, no second name of a file, and no folder', async () => {
    writeFileSync(join(folder, 'other'), 'kept');
    symlinkSync('other', path);
    linkSync(join(folder, 'other'), `${path}.1`);
    mkdirSync(`${path}.2`);
    for (const slot of [0, 1, 2])
      expect(await open(slot)).toEqual({ value: { problem: expect.any(String) as string } });
    linkSync(join(folder, 'other'), `${path}.3.new`);
    expect(await open(3, true)).toMatchObject({ value: { problem: expect.any(String) as string } });
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('kept');
  });

  it('put a new table in the place of the old one', async () => {
    writeFileSync(path, 'old');
    writeFileSync(`${path}.new`, 'left over');
    const { descriptors: [descriptor = -1] = [] } = await open(0, true);
    writeSync(descriptor, 'new');
    closeSync(descriptor);
    expect(await putBanTableRequest.handle({ path, slot: 0 }, keeper())).toEqual({ value: 'put' });
    expect([readFileSync(path, 'utf8'), existsSync(`${path}.new`)]).toEqual(['new', false]);
    expect(await putBanTableRequest.handle({ path, slot: 0 }, keeper())).toEqual({
      value: { problem: expect.stringContaining('ENOENT') as string },
    });
  });
});

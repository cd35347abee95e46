import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { storageConformance } from '@ftpd/storage/conformance';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startPool, storageOnPool } from './privileged-storage.ts';
import type { WorkerPool } from './worker-pool.ts';

const ann = { user: 'ann', uid: 51_001, gid: 51_002, groups: [51_003, 51_004] };
const bob = { user: 'bob', uid: 51_011, gid: 51_012, groups: [] };

describe.each([
  { identity: ann, stranger: bob, separatesThreads: true },
  { identity: bob, stranger: ann, separatesThreads: true },
  { identity: ann, stranger: bob, separatesThreads: false },
])('for $identity.user, own umask: $separatesThreads', ({ identity, stranger, separatesThreads }) => {
  let pool: WorkerPool;

  beforeAll(async () => {
    pool = await startPool({ separatesThreads });
  });
  afterAll(() => pool.close());

  storageConformance({ describe, it }, 'privileged storage', {
    stranger,
    open: () => {
      const top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
      fs.chmodSync(top, 0o755);
      const root = `${top}/home`;
      fs.mkdirSync(root);
      fs.chownSync(root, identity.uid, identity.gid);
      const makeFiles = (folder: string, names: readonly string[]): void => {
        for (const name of names) fs.closeSync(fs.openSync(`${folder}/${name}`, 'wx'));
      };
      const cleanup = (): void => fs.rmSync(top, { recursive: true, force: true });
      return { storage: storageOnPool(pool, {}), root, identity, makeFiles, cleanup };
    },
  });
});

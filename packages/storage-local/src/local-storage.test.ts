import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { storageConformance } from '@ftpd/storage/conformance';
import { describe, it } from 'vitest';
import { createLocalStorage } from './index.ts';

const { uid, gid, username } = os.userInfo();
const identity = { user: username, uid, gid, groups: [gid] };

for (const confinement of ['descriptors', 'paths'] as const) {
  storageConformance({ describe, it }, `local storage, confined by ${confinement}`, {
    open: () => {
      const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
      const cleanup = (): void => fs.rmSync(root, { recursive: true, force: true });
      const makeFiles = (folder: string, names: readonly string[]): void => {
        for (const name of names) fs.closeSync(fs.openSync(`${folder}/${name}`, 'wx'));
      };
      return { storage: createLocalStorage({ confinement }), root, identity, makeFiles, cleanup };
    },
  });
}

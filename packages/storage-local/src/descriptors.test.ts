import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rootPath, virtualPath, type Storage, type StorageView } from '@ftpd/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalStorage } from './index.ts';

const identity = { user: 'me', uid: 1000, gid: 1000, groups: [] };
const at = virtualPath;
const openDescriptors = (): number => fs.readdirSync('/proc/self/fd').length;
const replace = { disposition: 'replace', mode: 0o644 } as const;

describe.each(['descriptors', 'paths'] as const)(
  'the descriptors of a view confined by %s',
  (confinement) => {
    let root: string;
    let storage: Storage;
    let view: StorageView;
    let before: number;

    beforeEach(async () => {
      root = fs.mkdtempSync(path.join(os.tmpdir(), 'storage-local-'));
      storage = createLocalStorage({ confinement });
      before = openDescriptors();
      view = await storage.enter({ root, identity });
    });

    afterEach(async () => {
      await storage.close();
      fs.rmSync(root, { recursive: true, force: true });
    });

    it('are given back by every operation, also one that fails', async () => {
      fs.mkdirSync(`${root}/a/b/c`, { recursive: true });
      fs.symlinkSync('../..', `${root}/a/b/up`);
      fs.symlinkSync('loop', `${root}/loop`);
      const idle = openDescriptors();
      const once = async (): Promise<void> => {
        const results = await Promise.allSettled([
          view.stat(at('/a/b/up/a/b/c')),
          view.stat(at('/a/b/c/no')),
          view.stat(at('/loop/x')),
          view.resolve(at('/a/b/no/x')),
          view.openRead(at('/a/b')),
          view.openWrite(at('/a/no/x'), replace),
          view.removeDirectory(at('/a/b')),
          view.rename(at('/a/b/c'), at('/a/b/c/d')),
          view.rename(at('/a/b/c'), at('/no/d')),
          view.makeDirectory(at('/a/b/c'), { mode: 0o755 }),
          view.setMode(at('/a/b/c'), 0o755),
          view.mayAccess(at('/a/b/c'), { read: true }),
          view.freeBytes(at('/a/b/up')),
          view.list(at('/a/b/no'))[Symbol.asyncIterator]().next(),
          view.openWrite(at('/a/b/up/f'), replace).then((file) => file.close()),
        ]);
        expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(5);
      };
      for (let round = 0; round < 100; round += 1) await once();
      expect(openDescriptors()).toBe(idle);
    });

    it('are given back by listings, whole, left early and abandoned', async () => {
      for (let number = 0; number < 40; number += 1) fs.writeFileSync(`${root}/${number}`, '');
      const idle = openDescriptors();
      for (let round = 0; round < 50; round += 1) {
        for await (const batch of view.list(rootPath, { batchSize: 16 }))
          expect(batch.length).toBeGreaterThan(0);
        for await (const batch of view.list(rootPath, { batchSize: 16 })) if (batch.length > 0) break;
      }
      expect(openDescriptors()).toBe(idle);
      await view.list(rootPath, { batchSize: 16 })[Symbol.asyncIterator]().next();
      await view.close();
      expect(openDescriptors()).toBe(before);
    });

    it('are given back when the view ends amid its operations', async () => {
      fs.mkdirSync(`${root}/a/b`, { recursive: true });
      fs.writeFileSync(`${root}/a/b/f`, 'x'.repeat(1000));
      const file = await view.openRead(at('/a/b/f'));
      const pending = [
        file.read(Buffer.alloc(1000), 0),
        view.openRead(at('/a/b/f')),
        view.openWrite(at('/a/b/g'), replace),
        view.list(at('/a/b'))[Symbol.asyncIterator]().next(),
        view.stat(at('/a/b')),
      ];
      const closed = view.close();
      for (const result of await Promise.allSettled(pending)) {
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'STORAGE_CLOSED' } });
      }
      await closed;
      expect(openDescriptors()).toBe(before);
    });

    it('are given back when none is left, which is STORAGE_TOO_MANY_OPEN', async () => {
      const script = `
      import { createLocalStorage } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      import { virtualPath } from '@ftpd/storage';
      import fs from 'node:fs';
      const storage = createLocalStorage({ confinement: '${confinement}' });
      const view = await storage.enter({ root: ${JSON.stringify(root)}, identity: ${JSON.stringify(identity)} });
      fs.mkdirSync(${JSON.stringify(`${root}/a/b`)}, { recursive: true });
      const files = [];
      let code = 'none';
      try { for (;;) files.push(await view.openWrite(virtualPath('/a/b/' + files.length), { disposition: 'replace', mode: 0o644 })); } catch (error) { code = error.code; }
      const used = () => fs.readdirSync('/proc/self/fd').length;
      await Promise.all(files.splice(0, 20).map((file) => file.close()));
      await (await view.openRead(virtualPath('/a/b/0'))).close();
      const opened = files.length, before = used();
      await view.close();
      console.log(JSON.stringify({ code, opened: opened > 10, freed: before - used() >= opened }));
    `;
      const nodeOptions = [
        '--conditions=@ftpd/source',
        '--input-type=module-typescript',
        '--no-warnings',
        '--eval',
        script,
      ];
      const output = execFileSync(
        'sh',
        ['-c', 'ulimit -n 80; exec "$@"', 'sh', process.execPath, ...nodeOptions],
        { cwd: import.meta.dirname },
      );
      expect(JSON.parse(output.toString())).toEqual({
        code: 'STORAGE_TOO_MANY_OPEN',
        opened: true,
        freed: true,
      });
    });
  },
);

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exit-now-'));
  // Opening it waits for a writer that never comes.
  execFileSync('mkfifo', [join(folder, 'fifo')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('ends a process whose threads wait for ever, with its code', async () => {
  const program = `import { open } from 'node:fs';
    import { exitNow } from ${JSON.stringify(new URL('./exit-now.ts', import.meta.url).href)};
    open(${JSON.stringify(join(folder, 'fifo'))}, 'r', () => {});
    setImmediate(() => exitNow(7));`;
  const child = spawn(process.execPath, ['--conditions=@ftpd/source', '--input-type=module', '-e', program]);
  expect(await once(child, 'exit')).toEqual([7, null]);
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlClient, freePort, openData, within } from '@ftpd/test-services';
import { afterEach, expect, it } from 'vitest';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const program = join(packageFolder, `readme-program-${process.pid}.ts`);
let child: ChildProcess | undefined;
let folder: string | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(program, { force: true });
  if (folder) await rm(folder, { recursive: true });
});

it('the program in the README serves its folder', async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftpd-readme-'));
  await mkdir(join(folder, 'files'), { mode: 0o777 });
  await writeFile(join(folder, 'files/hello.txt'), 'hello');
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(code.split('\n').length).toBeLessThanOrEqual(17);
  const port = await freePort();
  // Beside the package, so that its imports are found.
  await writeFile(program, code.replace('2121', String(port)));
  child = spawn(process.execPath, ['--conditions=@ftpd/source', program], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await within(once(child.stdout!, 'data'), 10_000, 'the first line of the program');

  const client = await ControlClient.login({ port, user: 'demo', password: 'secret' });
  await client.ask('TYPE I', 200);
  const up = await openData(client);
  await client.ask('STOR back.txt', 150);
  await up.upload('there and back');
  await client.expect(226);
  const down = await openData(client);
  await client.ask('RETR hello.txt', 150);
  expect((await down.download()).toString()).toBe('hello');
  await client.expect(226);
  expect(await readFile(join(folder, 'files/back.txt'), 'utf8')).toBe('there and back');
  await client.quit();
  child.kill('SIGTERM');
  const [exitCode] = (await within(once(child, 'exit'), 5000, 'the end of the program')) as [number | null];
  expect(exitCode).toBe(0);
});

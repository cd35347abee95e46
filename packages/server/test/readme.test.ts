import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlClient, freePort, makeCertificates, openData, within } from '@ftpd/test-services';
import { afterEach, expect, it } from 'vitest';
import { TlsClient } from './tls-client.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const program = join(packageFolder, `readme-program-${process.pid}.ts`);
const tlsModule = join(packageFolder, `readme-tls-${process.pid}.ts`);
let child: ChildProcess | undefined;
let folder: string | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(program, { force: true });
  await rm(tlsModule, { force: true });
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

it('the port of TLS in the README makes it a server of FTPS', async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftpd-readme-tls-'));
  await mkdir(join(folder, 'files'), { mode: 0o777 });
  await makeCertificates(folder);
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  const [code = '', tls = ''] = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, text]) => text);
  const port = await freePort();
  await writeFile(tlsModule, tls);
  const name = tlsModule.slice(packageFolder.length);
  const serving = code.replace('2121', String(port)).replace('  policy:', '  tls,\n  policy:');
  await writeFile(program, `import { tls } from './${name}';\n${serving}`);
  child = spawn(process.execPath, ['--conditions=@ftpd/source', program], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await within(once(child.stdout!, 'data'), 10_000, 'the first line of the program');
  const client = await TlsClient.connect(port);
  await client.expect(220);
  await client.ask('USER demo', 550);
  await client.ask('AUTH TLS', 234);
  await client.startTls();
  for (const [line, answer] of [
    ['USER demo', 331],
    ['PASS secret', 230],
    ['PROT P', 200],
    ['TYPE I', 200],
  ] as const)
    await client.ask(line, answer);
  await client.upload('STOR back.txt', Buffer.from('there and back'));
  expect((await client.download('RETR back.txt')).toString()).toBe('there and back');
  client.destroy();
});

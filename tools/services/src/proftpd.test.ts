import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BASE_CONFIGURATION } from './base-configuration.ts';
import { ControlClient } from './control-client.ts';
import { openData } from './data-connection.ts';
import { startProftpd } from './proftpd.ts';
import { PASSWORD } from './server-setup.ts';
import { sharedMemoryOf } from './shared-memory.ts';

test('ProFTPD serves the files of its users and leaves nothing behind', async () => {
  const server = await startProftpd({
    config: BASE_CONFIGURATION,
    users: [{ name: 'alice' }],
    files: { 'homes/alice/hello': 'world' },
  });
  const client = await ControlClient.login({ port: server.port, user: 'alice', password: PASSWORD });
  await client.ask('TYPE I', 200);
  for (const setup of ['PASV', 'EPSV', 'PORT', 'EPRT'] as const) {
    const data = await openData(client, setup);
    await client.ask('RETR hello', 150);
    expect((await data.download()).toString()).toBe('world');
    await client.expect(226);
  }
  await client.quit();
  await server.stop();
  expect(server.process.isRunning()).toBe(false);
  expect(existsSync(server.folder)).toBe(false);
});

test('the next server does not know the bans of one that is gone', async () => {
  const server = await startProftpd({
    config: `${BASE_CONFIGURATION}
LoadModule mod_ban.c
BanEngine on
BanTable %{env:FTPD_TEST_FOLDER}/ban.tab
`,
  });
  expect(sharedMemoryOf(server.process.pid)).toHaveLength(1);
  await server.stop();
  expect(sharedMemoryOf(server.process.pid)).toEqual([]);
});

test('a server that does not start fails with its own words', async () => {
  await expect(startProftpd({ config: `${BASE_CONFIGURATION}\nNoSuchDirective on\n` })).rejects.toThrow(
    /unknown configuration directive 'NoSuchDirective'/,
  );
});

test('a reply that should not come is noticed at QUIT', async () => {
  const server = await startProftpd({ config: BASE_CONFIGURATION, users: [{ name: 'alice' }] });
  const client = await ControlClient.login({ port: server.port, user: 'alice', password: PASSWORD });
  client.send('NOOP');
  await expect(client.quit()).rejects.toThrow(/expected 221, got 200/);
  client.destroy();
  await server.stop();
});

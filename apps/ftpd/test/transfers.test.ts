import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlClient, openData, PASSWORD, until, type TestServer } from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { configuration } from './dialogues/base.ts';
import { servers } from './servers.ts';

const BIG = 20_000_000;

describeBeside(servers)('transfers of $name that do not end well', ({ kind, start }) => {
  let server: TestServer;
  let careful: TestServer;

  beforeAll(async () => {
    const users = [{ name: 'transfers' }];
    const files = { 'homes/transfers/big': Buffer.alloc(BIG, 'x'), 'homes/transfers/small': 'small' };
    server = await start({ config: configuration(['AllowStoreRestart on']), users, files });
    careful = await start({ config: configuration(['HiddenStores on', 'DeleteAbortedStores on']), users });
  });

  afterAll(async () => {
    await server?.stop();
    await careful?.stop();
  });

  async function login(at = server): Promise<ControlClient> {
    const client = await ControlClient.login({ port: at.port, user: 'transfers', password: PASSWORD });
    await client.ask('TYPE I', 200);
    return client;
  }

  function names(at = server): readonly string[] {
    return readdirSync(at.home('transfers')).toSorted();
  }

  // ProFTPD looks at the control connection only when the file is through; ours at once.
  const aborted = kind === 'proftpd' ? 226 : 426;

  test.each([
    ['ABOR', 'ABOR\r\n'],
    ['ABOR behind Telnet IP and Synch', Buffer.from('\xff\xf4\xff\xf2ABOR\r\n', 'latin1')],
  ])('%s during a RETR ends it and the session goes on', async (_, abort) => {
    const client = await login();
    const data = await openData(client);
    await client.ask('RETR big', 150);
    client.sendRaw(abort);
    const received = data.download();
    expect((await client.reply()).code).toBe(aborted);
    await client.expect(226);
    await received;
    await client.ask('SIZE small', 213);
    await client.quit();
  });

  test('ABOR during a STOR keeps what has arrived', async () => {
    const client = await login();
    const data = await openData(client);
    await client.ask('STOR part', 150);
    const socket = await data.socket();
    socket.write('arrived');
    const part = join(server.home('transfers'), 'part');
    await until(
      () => names().includes('part') && readFileSync(part, 'utf8') === 'arrived',
      5_000,
      'the bytes',
    );
    client.send('ABOR');
    if (kind === 'proftpd') socket.end();
    expect((await client.reply()).code).toBe(aborted);
    await client.expect(226);
    data.destroy();
    await client.ask('SIZE part', 213);
    await client.quit();
  });

  test('a client that drops a RETR gets 426 and may go on', async () => {
    const client = await login();
    const data = await openData(client);
    await client.ask('RETR big', 150);
    (await data.socket()).resetAndDestroy();
    await client.expect(426);
    await client.ask('NOOP', 200);
    await client.quit();
  });

  test('a client that resets a STOR gets 426 and the part stays', async () => {
    const client = await login();
    const data = await openData(client);
    await client.ask('STOR reset', 150);
    const socket = await data.socket();
    socket.write('arrived');
    await until(
      () => names().includes('reset') && readFileSync(join(server.home('transfers'), 'reset')).length === 7,
      5_000,
      'the bytes',
    );
    socket.resetAndDestroy();
    await client.expect(426);
    await client.ask('SIZE reset', 213);
    await client.quit();
  });

  test('a STOR can be resumed where it broke off', async () => {
    const client = await login();
    const first = await openData(client);
    await client.ask('STOR resumed', 150);
    await first.upload('first half, ');
    await client.expect(226);
    await client.ask('REST 12', 350);
    const second = await openData(client);
    await client.ask('STOR resumed', 150);
    await second.upload('second half');
    await client.expect(226);
    await client.quit();
    expect(readFileSync(join(server.home('transfers'), 'resumed'), 'utf8')).toBe('first half, second half');
  });

  test('HiddenStores hides a file until it is whole', async () => {
    const client = await login(careful);
    const data = await openData(client);
    await client.ask('STOR hidden', 150);
    (await data.socket()).write('half');
    await until(() => names(careful).includes('.in.hidden.'), 5_000, 'the hidden file');
    expect(names(careful)).not.toContain('hidden');
    await data.upload(' and half');
    await client.expect(226);
    await client.quit();
    expect(readFileSync(join(careful.home('transfers'), 'hidden'), 'utf8')).toBe('half and half');
    expect(names(careful)).not.toContain('.in.hidden.');
  });

  test('DeleteAbortedStores leaves nothing of a STOR that broke off', async () => {
    const client = await login(careful);
    const data = await openData(client);
    await client.ask('STOR broken', 150);
    const socket = await data.socket();
    socket.write('half');
    await until(() => names(careful).includes('.in.broken.'), 5_000, 'the hidden file');
    socket.resetAndDestroy();
    await client.expect(426);
    await client.quit();
    await until(() => !names(careful).some((name) => name.includes('broken')), 5_000, 'the removal');
    expect(names(careful)).not.toContain('broken');
  });

  test('a client that vanishes in a STOR leaves the server alive', async () => {
    const client = await login();
    const data = await openData(client);
    await client.ask('STOR vanished', 150);
    const socket = await data.socket();
    socket.write('half');
    await until(() => names().includes('vanished'), 5_000, 'the file');
    client.destroy({ withReset: true });
    socket.resetAndDestroy();
    const next = await login();
    await next.ask('NOOP', 200);
    await next.quit();
  });

  test('a transfer in each direction at once keeps sessions apart', async () => {
    const [up, down] = await Promise.all([login(), login()]);
    const [upload, download] = [await openData(up), await openData(down)];
    await up.ask('STOR copied', 150);
    await down.ask('RETR big', 150);
    const [bytes] = await Promise.all([download.download(), upload.upload(Buffer.alloc(BIG, 'y'))]);
    await Promise.all([up.expect(226), down.expect(226)]);
    expect(bytes.equals(Buffer.alloc(BIG, 'x'))).toBe(true);
    expect(readFileSync(join(server.home('transfers'), 'copied')).equals(Buffer.alloc(BIG, 'y'))).toBe(true);
    await Promise.all([up.quit(), down.quit()]);
  });

  test('TransferRate holds a download to its rate', { timeout: 15_000 }, async () => {
    const slow = await start({
      config: configuration(['TransferRate RETR 200']),
      users: [{ name: 'transfers' }],
      files: { 'homes/transfers/file': Buffer.alloc(300_000, 'x') },
    });
    const client = await login(slow);
    const data = await openData(client);
    const began = performance.now();
    await client.ask('RETR file', 150);
    expect((await data.download()).length).toBe(300_000);
    expect(performance.now() - began).toBeGreaterThan(900);
    await client.expect(226);
    await client.quit();
    await slow.stop();
  });
});

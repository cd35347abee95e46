import { once } from 'node:events';
import { rootPath, virtualPath, type StorageView } from '@ftpd/storage';
import { connectData, openData, passivePort, until } from '@ftpd/test-services';
import { afterEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer, type TestServerOptions } from './start-server.ts';

let running: TestServer | undefined;

async function start(options?: TestServerOptions): Promise<TestServer> {
  running = await startServer(options);
  return running;
}

afterEach(async () => {
  await running?.close();
  running = undefined;
});

const identity = { user: 'root', uid: 0, gid: 0, groups: [] };

function viewOf(server: TestServer): Promise<StorageView> {
  return server.storage.enter({ identity, root: '/' });
}

async function names(server: TestServer): Promise<string[]> {
  const found: string[] = [];
  const view = await viewOf(server);
  for await (const batch of view.list(rootPath)) found.push(...batch.map(({ name }) => name));
  return found.sort();
}

const big = Buffer.alloc(8_000_000, 'abcdefgh');

describe('transfers', () => {
  it.each(['PASV', 'EPSV', 'PORT', 'EPRT'] as const)('bring a file there and back over %s', async (setup) => {
    const client = await (await start()).login();
    await client.ask('TYPE I', 200);
    const up = await openData(client, setup);
    client.send('STOR big');
    await client.expect(150);
    await up.upload(big);
    await client.expect(226);
    const down = await openData(client, setup);
    client.send('RETR big');
    await client.expect(150);
    expect((await down.download()).equals(big)).toBe(true);
    await client.expect(226);
    await client.quit();
  });

  it('are ended by ABOR with 426 and 226, and the next one works', async () => {
    const server = await start({ files: { '/big': big } });
    const client = await server.login();
    await client.ask('TYPE I', 200);
    const data = await openData(client);
    (await data.socket()).pause();
    await client.ask('RETR big', 150);
    client.sendAbort();
    await client.expect(426);
    await client.expect(226);
    const again = await openData(client);
    await client.ask('RETR big', 150);
    expect((await again.download()).length).toBe(big.length);
    await client.expect(226);
    await client.quit();
  });

  it('are ended by ABOR also while the data connection is waited for', async () => {
    const client = await (await start({ files: { '/a': 'a' } })).login();
    await client.ask('EPSV', 229);
    client.send('RETR a');
    client.send('ABOR');
    await client.expect(426);
    await client.expect(226);
    await client.quit();
  });

  it('answer STAT at once while they run', async () => {
    const client = await (await start({ files: { '/big': big } })).login();
    const data = await openData(client);
    const socket = await data.socket();
    socket.pause();
    await client.ask('RETR big', 150);
    const status = await client.ask('STAT', 211);
    expect(status.text).toContain('RETR');
    const downloaded = data.download();
    socket.resume();
    await downloaded;
    await client.expect(226);
    await client.quit();
  });

  it('keep what came when the client vanishes in the middle of an upload, and nothing when it never began', async () => {
    const server = await start();
    const client = await server.login();
    await client.ask('TYPE I', 200);
    const data = await openData(client);
    await client.ask('STOR part', 150);
    const socket = await data.socket();
    socket.write('some bytes');
    await until(
      async () => (await (await viewOf(server)).stat(virtualPath('/part'))).sizeBytes === 10,
      2000,
      'the first bytes',
    );
    socket.resetAndDestroy();
    await client.expect(426);
    await client.ask('STOR never', 425);
    expect(await names(server)).toEqual(['part']);
    await client.quit();
  });

  it('do not touch an existing file when no data connection comes', async () => {
    const server = await start({ files: { '/kept': 'precious' } });
    const client = await server.login();
    await client.ask('STOR kept', 425);
    expect((await (await viewOf(server)).stat(virtualPath('/kept'))).sizeBytes).toBe(8);
    await client.quit();
  });

  it('remove an aborted upload where DeleteAbortedStores says so, and hidden ones always', async () => {
    for (const settings of [
      { deletesAbortedStores: true },
      { hiddenStores: { prefix: '.in.', suffix: '.' } },
    ]) {
      const server = await start({ settings });
      const client = await server.login();
      const data = await openData(client);
      await client.ask('STOR part', 150);
      const socket = await data.socket();
      socket.write('some bytes');
      await until(async () => (await names(server)).length === 1, 2000, 'the file');
      expect((await names(server))[0]).toBe('hiddenStores' in settings ? '.in.part.' : 'part');
      socket.resetAndDestroy();
      await client.expect(426);
      expect(await names(server)).toEqual([]);
      await client.quit();
      await server.close();
    }
  });

  it('answer 452 when the storage is full, and the session goes on', async () => {
    const client = await (await start({ maxBytes: 1024 * 1024 })).login();
    await client.ask('TYPE I', 200);
    const data = await openData(client);
    await client.ask('STOR big', 150);
    const socket = await data.socket();
    socket.write(big);
    await client.expect(452);
    await client.ask('DELE big', 250);
    await client.quit();
    socket.destroy();
  });

  it('end with the session when the client goes away in the middle', async () => {
    const server = await start({ files: { '/big': big } });
    const client = await server.login();
    const data = await openData(client);
    const socket = await data.socket();
    await client.ask('RETR big', 150);
    client.destroy();
    socket.resume();
    await once(socket, 'close');
    await until(() => server.server.sessions.count({}) === 0, 2000, 'the end of the session');
  });

  it('end the session when no byte moves any more', async () => {
    const timeouts = { idleMs: 0, loginMs: 0, noTransferMs: 0, stalledMs: 80, sessionMs: 0, lingerMs: 100 };
    const server = await start({ settings: { timeouts } });
    const client = await server.login();
    await openData(client);
    await client.ask('STOR slow', 150);
    await client.expect(421);
    await client.closed();
    expect(server.events.map(({ name }) => name)).toContain('TimeoutStalled');
  });

  it('hold to a rate', async () => {
    const server = await start({
      files: { '/a': Buffer.alloc(60_000) },
      settings: { rates: { RETR: { bytesPerSecond: 100_000, freeBytes: 0 } } },
    });
    const client = await server.login();
    await client.ask('TYPE I', 200);
    const data = await openData(client);
    const startMs = performance.now();
    await client.ask('RETR a', 150);
    await data.download();
    await client.expect(226);
    expect(performance.now() - startMs).toBeGreaterThan(450);
    await client.quit();
  });

  it('drop a data connection from another address and go on waiting for the right one', async () => {
    const server = await start({ files: { '/a': 'content' } });
    const client = await server.login();
    await client.ask('TYPE I', 200);
    const port = passivePort((await client.ask('EPSV', 229)).text);
    const thief = await connectData('127.0.0.1', port, '127.0.0.2');
    thief.resume();
    await once(thief, 'close');
    const own = await connectData('127.0.0.1', port);
    client.send('RETR a');
    await client.expect(150);
    let received = '';
    for await (const chunk of own) received += String(chunk);
    expect(received).toBe('content');
    await client.expect(226);
    expect(server.log.some((line) => line.includes('127.0.0.2'))).toBe(true);
    await client.quit();
  });

  it('fail at once when the data connection broke before it was used', async () => {
    const client = await (await start({ files: { '/a': 'content' } })).login();
    const port = passivePort((await client.ask('EPSV', 229)).text);
    const data = await connectData('127.0.0.1', port);
    data.resetAndDestroy();
    await client.ask('NOOP', 200);
    client.send('STOR b');
    const { code } = await client.reply();
    // Whether the 150 still went out depends on when the reset arrived.
    if (code === 150) await client.expect(426);
    else expect([425, 426]).toContain(code);
    await client.quit();
  });

  it('refuse active connections to others, to services and through every spelling of an address', async () => {
    const client = await (await start()).login();
    for (const argument of [
      '127,0,0,2,200,10',
      '127,0,0,1,0,80',
      '169,254,169,254,200,10',
      '8,8,8,8,200,10',
      '0,0,0,0,200,10',
      '0177,0,0,1,200,10',
    ]) {
      expect((await client.ask(`PORT ${argument}`)).code).toBeGreaterThanOrEqual(500);
    }
    for (const argument of [
      '|1|127.0.0.2|50000|',
      '|2|::ffff:127.0.0.2|50000|',
      '|2|::ffff:7f00:2|50000|',
      '|2|::1|50000|',
      '|1|127.0.0.1|80|',
      '|1|0.0.0.0|50000|',
      '|1|127.1|50000|',
    ]) {
      expect((await client.ask(`EPRT ${argument}`)).code).toBeGreaterThanOrEqual(500);
    }
    await client.ask('EPRT |2|::ffff:7f00:1|50000|', 200);
    await client.quit();
  });
});

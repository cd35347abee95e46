import { ControlClient, openData } from '@ftpd/test-services';
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

describe('control connection', () => {
  it('understands a dialogue that comes one byte at a time', async () => {
    const client = await (await start()).connect();
    for (const byte of Buffer.from('USER demo\r\nPASS demo\r\nPWD\r\n')) client.sendRaw(Uint8Array.of(byte));
    await client.expect(331);
    await client.expect(230);
    expect((await client.expect(257)).text).toBe('"/" is the current directory');
    await client.quit();
  });

  it('answers fifty commands of one packet in their order', async () => {
    const client = await (await start()).login();
    const lines = Array.from({ length: 25 }, (_, index) => `MKD d${index}\r\nCWD nowhere${index}\r\n`);
    client.sendRaw(lines.join(''));
    for (let index = 0; index < 25; index++) {
      expect((await client.expect(257)).text).toContain(`/d${index}"`);
      expect((await client.expect(550)).text).toContain(`nowhere${index}:`);
    }
    await client.quit();
  });

  it('refuses a line beyond the limit once and goes on with the next', async () => {
    const client = await (await start({ settings: { maxCommandBytes: 512 } })).login();
    client.sendRaw(`CWD ${'x'.repeat(100_000)}\r\nNOOP\r\n`);
    expect((await client.expect(500)).text).toContain('too long');
    await client.expect(200);
    await client.quit();
  });

  it('gives file names back in the bytes in which they came', async () => {
    const client = await (await start()).login();
    const name = Uint8Array.of(0x66, 0xfc, 0x72);
    client.sendRaw(Buffer.concat([Buffer.from('MKD '), name, Buffer.from('\r\n')]));
    expect((await client.expect(257)).text).toContain('/f');
    client.sendRaw(Buffer.concat([Buffer.from('CWD '), name, Buffer.from('\r\n')]));
    await client.expect(250);
    await client.quit();
  });

  it('refuses Telnet options and finds ABOR behind a Synch', async () => {
    const client = await (await start()).login();
    client.sendRaw(Uint8Array.of(0xff, 0xfd, 1));
    client.sendAbort();
    await client.expect(226);
    expect(client.telnet).toEqual([Buffer.from([0xff, 0xfc, 1])]);
    // What is left of a Synch whose last byte was urgent, and so taken out of the stream.
    client.sendRaw(Buffer.concat([Buffer.from([0xff, 0xf4, 0xf2]), Buffer.from('ABOR\r\n')]));
    await client.expect(226);
    await client.quit();
  });

  it('keeps no replies for a client that floods it and reads none', async () => {
    const { port } = await start();
    const { connect } = await import('node:net');
    const socket = connect({ port, host: '127.0.0.1' });
    socket.pause();
    const options = Buffer.alloc(6_000_000);
    for (let at = 0; at < options.length; at += 3) options.set([0xff, 0xfd, 1], at);
    await new Promise<void>((resolve) => socket.end(options, resolve));
    let received = 0;
    for await (const chunk of socket) received += (chunk as Buffer).length;
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(options.length / 10);
  });

  it('serves others while a client sends ten thousand commands in one go', async () => {
    const server = await start();
    const flooding = await server.login();
    const other = await server.login();
    flooding.sendRaw('NOOP\r\n'.repeat(10_000));
    await flooding.expect(200);
    await other.ask('PWD', 257);
    for (let count = 1; count < 10_000; count++) await flooding.expect(200);
    await flooding.quit();
    expect(server.log.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('answers all commands of a client that has closed its side already', async () => {
    const { port } = await start();
    const { connect } = await import('node:net');
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end('USER demo\r\nPASS demo\r\nNOOP\r\n');
    let received = '';
    for await (const chunk of socket) received += String(chunk);
    expect(received.split('\r\n').map((line) => line.slice(0, 3))).toEqual(['220', '331', '230', '200', '']);
  });

  it('closes on HTTP and tells of it, without an answer to play with', async () => {
    const server = await start();
    const client = await server.connect();
    client.sendRaw('GET / HTTP/1.0\r\nUSER demo\r\n');
    await client.closed();
    expect(server.events.map(({ name }) => name)).toContain('BadProtocol');
  });

  it('ends a client that does not log in, one that idles and one that stays too long, each with its event', async () => {
    const timeouts = { idleMs: 0, loginMs: 0, noTransferMs: 0, stalledMs: 0, sessionMs: 0, lingerMs: 100 };
    for (const [change, event] of [
      [{ loginMs: 50 }, 'TimeoutLogin'],
      [{ idleMs: 50 }, 'TimeoutIdle'],
      [{ sessionMs: 50 }, 'TimeoutSession'],
      [{ noTransferMs: 50 }, 'TimeoutNoTransfer'],
    ] as const) {
      const server = await start({ settings: { timeouts: { ...timeouts, ...change } } });
      const client = event === 'TimeoutLogin' ? await server.connect() : await server.login();
      await client.expect(421);
      await client.closed();
      expect(server.events.map(({ name }) => name)).toContain(event);
      expect(server.server.sessions.count({})).toBe(0);
      await server.close();
    }
  });

  it('closes after the last login attempt and counts one event', async () => {
    const server = await start();
    const client = await server.connect();
    for (let attempt = 0; attempt < 3; attempt++) {
      await client.ask('USER demo', 331);
      await client.ask('PASS wrong', 530);
    }
    await client.closed();
    expect(server.events.filter(({ name }) => name === 'MaxLoginAttempts')).toHaveLength(1);
  });

  it('holds the ceilings of sessions, of connections of a host and of clients of a user', async () => {
    const server = await start({
      settings: {
        limits: { clientsPerUser: { max: 2, message: 'only %m of you' }, connectionsPerHost: { max: 3 } },
      },
    });
    const first = await server.login();
    await server.login();
    const third = await server.connect();
    await third.ask('USER demo', 331);
    const refusal = await third.ask('PASS demo', 530);
    expect(refusal.text).toContain('only 2 of you');
    await third.closed();
    await server.connect();
    const fifth = await ControlClient.connect({ port: server.port });
    await fifth.expect(530);
    await fifth.closed();
    await first.quit();
    expect(server.events.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['MaxClientsPerUser', 'MaxConnectionsPerHost']),
    );
  });

  it('slows a client down that sends more commands than allowed', async () => {
    const server = await start({ settings: { commandRate: { max: 5, intervalMs: 300 } } });
    const client = await server.login();
    const startMs = performance.now();
    for (let count = 0; count < 10; count++) await client.ask('NOOP', 200);
    expect(performance.now() - startMs).toBeGreaterThan(200);
    expect(server.events.map(({ name }) => name)).toContain('MaxCommandRate');
    await client.quit();
  });

  it('keeps running sessions as they are when it is reconfigured', async () => {
    const server = await start();
    const client = await server.login();
    await client.ask('MKD kept', 257);
    server.server.reconfigure({
      policy: { connect: () => ({ outcome: 'refused', reply: { code: 421, lines: ['not now'] } }) } as never,
    });
    const refused = await ControlClient.connect({ port: server.port });
    await refused.expect(421);
    await refused.closed();
    await client.ask('CWD kept', 250);
    await client.quit();
  });

  it('lets a transfer end before it closes, and says 421 to the others', async () => {
    const content = 'x'.repeat(3_000_000);
    const server = await start({ files: { '/big': content } });
    const busy = await server.login();
    const idle = await server.login();
    await busy.ask('TYPE I', 200);
    const data = await openData(busy, 'EPSV');
    const socket = await data.socket();
    socket.pause();
    await busy.ask('RETR big', 150);
    const closed = server.server.close({ drainMs: 5000 });
    await idle.expect(421);
    const downloaded = data.download();
    socket.resume();
    expect((await downloaded).length).toBe(content.length);
    await busy.expect(226);
    await busy.expect(421);
    await closed;
  });
});

import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BASE_CONFIGURATION,
  connectData,
  ControlClient,
  passivePort,
  PASSWORD,
  until,
  type TestServer,
} from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { servers } from './servers.ts';

/** Addresses that are not the client's, as a client may write them. PORT and EPRT of these must never make the server connect. */
const FOREIGN = [
  ['PORT of another address', 'PORT 127,0,0,2,200,200'],
  ['PORT of a public address', 'PORT 192,0,2,1,200,200'],
  ['PORT of the address 0.0.0.0', 'PORT 0,0,0,0,200,200'],
  ['PORT of an octal address', 'PORT 0177,0,0,1,200,200'],
  ['PORT of a number above 255', 'PORT 127,0,0,257,200,200'],
  ['PORT of port 80', 'PORT 127,0,0,1,0,80'],
  ['PORT of port 1023', 'PORT 127,0,0,1,3,255'],
  ['PORT of port 0', 'PORT 127,0,0,1,0,0'],
  ['EPRT of another address', 'EPRT |1|127.0.0.2|40000|'],
  ['EPRT of a public address', 'EPRT |1|192.0.2.1|40000|'],
  ['EPRT of an IPv4 address in IPv6 form', 'EPRT |2|::ffff:192.0.2.1|40000|'],
  ['EPRT of an IPv4 address in hexadecimal IPv6 form', 'EPRT |2|::ffff:c000:201|40000|'],
  ['EPRT of another loopback address in IPv6 form', 'EPRT |2|::ffff:127.0.0.2|40000|'],
  ['EPRT of an IPv6 address', 'EPRT |2|2001:db8::1|40000|'],
  ['EPRT of the address 0.0.0.0', 'EPRT |1|0.0.0.0|40000|'],
  ['EPRT of the address ::', 'EPRT |2|::|40000|'],
  ['EPRT of an octal address', 'EPRT |1|0300.0.2.1|40000|'],
  ['EPRT of a name', 'EPRT |1|localhost|40000|'],
  ['EPRT of port 80', 'EPRT |1|127.0.0.1|80|'],
  ['EPRT of port 1023', 'EPRT |1|127.0.0.1|1023|'],
  ['EPRT of port 80 in IPv6 form', 'EPRT |2|::ffff:127.0.0.1|80|'],
] as const;

async function listen(
  address: string,
): Promise<{ readonly server: Server; readonly port: number; readonly count: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, address);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, count: () => connections };
}

describeBeside(servers)('data connections of $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start({
      config: BASE_CONFIGURATION,
      users: [{ name: 'bounce' }],
      files: { 'homes/bounce/file': 'content' },
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  async function login(localAddress?: string): Promise<ControlClient> {
    const where = localAddress === undefined ? {} : { localAddress };
    return ControlClient.login({ port: server.port, user: 'bounce', password: PASSWORD, ...where });
  }

  test.each(FOREIGN)('%s is refused', async (_, line) => {
    const client = await login();
    const { code } = await client.ask(line);
    expect([500, 501]).toContain(code);
    client.send('RETR file');
    expect((await client.reply()).code).toBe(425);
    await client.quit();
  });

  test('a refused PORT makes no connection', async () => {
    const victim = await listen('127.0.0.2');
    const client = await login();
    await client.ask(`PORT 127,0,0,2,${victim.port >> 8},${victim.port & 255}`, 500);
    await client.ask('RETR file', 425);
    await client.ask(`EPRT |1|127.0.0.2|${victim.port}|`, 500);
    await client.ask('RETR file', 425);
    await client.quit();
    expect(victim.count()).toBe(0);
    victim.server.close();
  });

  test('a refused PORT leaves the one before in force, which is the client itself', async () => {
    const good = await listen('127.0.0.1');
    const client = await login();
    await client.ask(`PORT 127,0,0,1,${good.port >> 8},${good.port & 255}`, 200);
    await client.ask('PORT 192,0,2,1,200,200', 500);
    await client.ask('RETR file', 150);
    await until(() => good.count() === 1, 5_000, 'the connection to the client');
    expect(good.count()).toBe(1);
    client.destroy();
    good.server.close();
  });

  test('a client at another loopback address may name its own address', async () => {
    const own = await listen('127.0.0.3');
    const client = await login('127.0.0.3');
    await client.ask(`PORT 127,0,0,3,${own.port >> 8},${own.port & 255}`, 200);
    client.send('RETR file');
    await until(() => own.count() === 1, 5_000, 'the connection to the client');
    client.destroy();
    own.server.close();
  });

  test.each([
    ['PORT', (port: number) => `PORT 10,0,0,1,${port >> 8},${port & 255}`],
    ['EPRT', (port: number) => `EPRT |1|192.168.7.7|${port}|`],
  ])('%s of a private address, as from behind a router, leads to the client itself', async (_, line) => {
    const own = await listen('127.0.0.1');
    const client = await login();
    await client.ask(line(own.port), 200);
    client.send('RETR file');
    await until(() => own.count() === 1, 5_000, 'the connection to the client');
    client.destroy();
    own.server.close();
  });

  test('two sessions never share a passive port', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => login()));
    const ports = await Promise.all(
      clients.map(async (client) => passivePort((await client.ask('EPSV', 229)).text)),
    );
    expect(new Set(ports).size).toBe(ports.length);
    await Promise.all(clients.map((client) => client.quit()));
  });
});

/** ProFTPD 1.3.8 gives the file to whoever connects first, so here it is no model. */
const careful = servers.filter(({ kind }) => kind === 'ftpd');

describeBeside(careful)('passive ports of $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start({
      config: BASE_CONFIGURATION,
      users: [{ name: 'bounce' }],
      files: { 'homes/bounce/file': 'content' },
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  async function login(): Promise<ControlClient> {
    return ControlClient.login({ port: server.port, user: 'bounce', password: PASSWORD });
  }

  test('a passive connection from another address is dropped and does not use the port up', async () => {
    const client = await login();
    await client.ask('TYPE I', 200);
    const port = passivePort((await client.ask('EPSV', 229)).text);
    const thief = await connectData('127.0.0.1', port, '127.0.0.2');
    const stolen = textOf(thief).catch(() => '');
    const own = await connectData('127.0.0.1', port);
    const given = textOf(own);
    await client.ask('RETR file', 150);
    expect(await given).toBe('content');
    await client.expect(226);
    expect(await stolen).toBe('');
    await client.quit();
  });

  test('a transfer waits for its own client while others knock', async () => {
    const client = await login();
    await client.ask('TYPE I', 200);
    const port = passivePort((await client.ask('PASV', 227)).text);
    const thief = await connectData('127.0.0.1', port, '127.0.0.2');
    const stolen = textOf(thief).catch(() => '');
    client.send('RETR file');
    expect(await stolen).toBe('');
    const own = await connectData('127.0.0.1', port);
    const given = textOf(own);
    await client.expect(150);
    expect(await given).toBe('content');
    await client.expect(226);
    await client.quit();
  });
});

import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { openData, until, ControlClient } from '@ftpd/test-services';
import { expect, it } from 'vitest';
import { startServer, type TestServer } from './start-server.ts';

/** What a client may do to a server before it goes away without a word. */
const departures: readonly ((server: TestServer) => Promise<readonly (Socket | ControlClient)[]>)[] = [
  async ({ port }) => {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return [socket];
  },
  async (server) => {
    const client = await server.connect();
    client.sendRaw('USER de');
    return [client];
  },
  async (server) => {
    const client = await server.connect();
    client.sendRaw('USER demo\r\nPASS demo\r\nNOOP\r\nPWD\r\n');
    return [client];
  },
  async (server) => {
    const client = await server.login();
    await client.ask('EPSV', 229);
    return [client];
  },
  async (server) => {
    const client = await server.login();
    await client.ask('PASV', 227);
    client.send('RETR big');
    return [client];
  },
  async (server) => {
    const client = await server.login();
    const data = await openData(client);
    const socket = await data.socket();
    socket.pause();
    await client.ask('RETR big', 150);
    return [client, socket];
  },
  async (server) => {
    const client = await server.login();
    const data = await openData(client, 'PORT');
    client.send(`STOR up${Math.random()}`);
    await client.expect(150);
    const socket = await data.socket();
    socket.write(Buffer.alloc(100_000));
    return [socket, client];
  },
  async (server) => {
    const client = await server.login();
    client.sendRaw('LIST\r\nMLSD\r\nSTAT /\r\nRNFR big\r\n');
    return [client];
  },
];

function openSockets(): number {
  return process
    .getActiveResourcesInfo()
    .filter((name) => name === 'TCPSocketWrap' || name === 'TCPServerWrap').length;
}

it('nothing is left of clients that go away at any moment', async () => {
  const server = await startServer({ files: { '/big': Buffer.alloc(4_000_000) } });
  const before = openSockets();
  for (let round = 0; round < 6; round++) {
    await Promise.all(
      departures.map(async (depart, index) => {
        for (const end of await depart(server)) {
          if (end instanceof ControlClient) end.destroy({ withReset: (round + index) % 2 === 0 });
          else if (round % 2 === 0) end.resetAndDestroy();
          else end.destroy();
        }
      }),
    );
  }
  await until(() => server.server.sessions.count({}) === 0, 5000, 'the end of all sessions');
  await until(() => openSockets() <= before, 5000, 'the end of all sockets');
  const client = await server.login();
  await client.ask('SIZE big');
  await client.quit();
  await server.close();
  expect(server.log.filter((line) => line.startsWith('error'))).toEqual([]);
});

import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import {
  BASE_CONFIGURATION,
  ControlClient,
  openData,
  PASSWORD,
  servingIdentity,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servers } from './servers.ts';

const host = '127.0.0.1';
const { isRoot } = servingIdentity();

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, host);
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  return isListening;
}

/** A port that is for root, with a free one below it, and another further down. */
async function lowPort(): Promise<number> {
  for (let port = 1000 - (process.pid % 200) * 2; port > 300; port -= 2)
    if ((await isFree(port)) && (await isFree(port - 1)) && (await isFree(port - 4))) return port;
  throw new Error('no two free ports below 1024');
}

function hostOn(port: string | number, revoke: string): string {
  return `<VirtualHost ${host}>
Port ${port}
AuthUserFile %{env:FTPD_TEST_FOLDER}/passwd
AuthGroupFile %{env:FTPD_TEST_FOLDER}/group
AuthOrder mod_auth_file.c
RequireValidShell off
UseFtpUsers off
DefaultRoot ~
RootRevoke ${revoke}
</VirtualHost>
`;
}

const logIn = (port: number): Promise<ControlClient> =>
  ControlClient.login({ port, host, user: 'ann', password: PASSWORD });

/** The port that an active data connection comes from. */
async function sourceOf(port: number): Promise<number | undefined> {
  const client = await logIn(port);
  const data = await openData(client, 'PORT');
  await client.ask('LIST', 150);
  const { remotePort } = await data.socket();
  await data.download();
  await client.expect(226);
  client.destroy();
  return remotePort;
}

/** Only every second port: the ones between are those that data comes from. */
describe.each(servers)('active data connections of $name', ({ name, kind, start }) => {
  const mayUseLowPorts = isRoot && name !== 'ftpd';
  /** The port of the host that is on a port for root. */
  const lowHosts = (below: number): readonly (() => number)[] => (mayUseLowPorts ? [() => low - below] : []);
  let server: TestServer;
  let low = 0;

  beforeAll(async () => {
    low = await lowPort();
    const config = [
      BASE_CONFIGURATION,
      hostOn('%{env:FTPD_TEST_PORT3}', 'off'),
      hostOn('%{env:FTPD_TEST_PORT5}', 'on'),
      hostOn('%{env:FTPD_TEST_PORT7}', 'UseNonCompliantActiveTransfers'),
      ...(mayUseLowPorts ? [hostOn(low, 'off'), hostOn(low - 4, 'on')] : []),
    ].join('');
    server = await start({ config, users: [{ name: 'ann' }], portCount: 7 });
  });

  afterAll(async () => {
    await server?.stop();
  });

  const portOf = (index: number): number => server.ports[index] ?? 0;

  it.each([
    ['nothing', 0],
    ['UseNonCompliantActiveTransfers', 6],
  ])('come from any port where RootRevoke is %s', async (_what, index) => {
    const port = portOf(index);
    expect(await sourceOf(port)).not.toBe(port - 1);
  });

  it.each([
    ['off', 2],
    ['on', 4],
  ])('come from the port below the control connection’s where RootRevoke is %s', async (_what, index) => {
    const port = portOf(index);
    expect(await sourceOf(port)).toBe(port - 1);
    expect(await sourceOf(port)).toBe(port - 1);
  });

  // ProFTPD tries again for some seconds before it says the same.
  it.each(kind === 'ftpd' ? [2] : [])('are refused while somebody listens on that port', async (index) => {
    const port = portOf(index);
    const listener = createServer().listen(port - 1, host);
    await once(listener, 'listening');
    const client = await logIn(port);
    const data = await openData(client, 'PORT');
    const { text } = await client.ask('LIST', 425);
    expect(text).toBe('Unable to build data connection: Address already in use');
    data.destroy();
    client.destroy();
    listener.close();
  });

  // The kernel can't tell two connections apart that have both ends in common.
  it.each([() => portOf(2), ...lowHosts(0)])(
    'are one at a time to one port of a client: %#',
    async (port) => {
      const listener = createServer().listen(0, host);
      await once(listener, 'listening');
      const { port: target } = listener.address() as AddressInfo;
      const command = `PORT 127,0,0,1,${target >> 8},${target & 0xff}`;
      const [first, second] = [await logIn(port()), await logIn(port())];
      const connected = once(listener, 'connection') as Promise<[Socket]>;
      await first.ask(command, 200);
      await first.ask(`STOR first-${port()}`, 150);
      const [data] = await connected;
      await second.ask(command, 200);
      const { text } = await second.ask(`STOR second-${port()}`, 425);
      expect(text).toBe('Unable to build data connection: Cannot assign requested address');
      data.end();
      await first.expect(226);
      for (const client of [first, second]) client.destroy();
      listener.close();
    },
  );

  it.each(lowHosts(0))('come from a port for root, below a control connection’s such', async (port) => {
    expect(await sourceOf(port())).toBe(port() - 1);
    expect(await sourceOf(port())).toBe(port() - 1);
  });

  it.each(lowHosts(4))('are refused below a port for root where RootRevoke is on', async (port) => {
    const client = await logIn(port());
    expect((await client.ask('PORT 127,0,0,1,20,20', 500)).text).toBe('Unable to service PORT commands');
    expect((await client.ask('EPRT |1|127.0.0.1|5000|', 500)).text).toBe('Unable to service EPRT commands');
    client.destroy();
  });
});

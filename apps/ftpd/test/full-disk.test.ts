import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlClient, openData, PASSWORD, type TestServer } from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { configuration } from './dialogues/base.ts';
import { servers } from './servers.ts';

const TOO_MUCH = Buffer.alloc(500_000, 'x');

/** RFC 959 has 452 for insufficient storage; ProFTPD calls it a local error. */
const REPLIES = { ftpd: 452, proftpd: 451 } as const;

describeBeside(servers)('a full disk below $name', ({ kind, start }) => {
  let server: TestServer;

  beforeAll(async () => {
    const users = [{ name: 'full' }];
    server = await start({
      config: configuration(['DeleteAbortedStores on']),
      users,
      smallDisk: 'homes/full',
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  async function store(client: ControlClient, name: string, bytes: Uint8Array): Promise<number> {
    const data = await openData(client);
    await client.ask(`STOR ${name}`, 150);
    await data.upload(bytes);
    return (await client.reply()).code;
  }

  test('ends an upload with the reply for it, leaves no part, and the session goes on', async () => {
    const client = await ControlClient.login({ port: server.port, user: 'full', password: PASSWORD });
    await client.ask('TYPE I', 200);
    expect(await store(client, 'big', TOO_MUCH)).toBe(REPLIES[kind]);
    await client.ask('SIZE big', 550);
    expect(await store(client, 'small', Buffer.from('fits'))).toBe(226);
    await client.ask('SIZE small', 213);
    await client.quit();
  });
});

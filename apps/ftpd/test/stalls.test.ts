import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlClient, openData, PASSWORD, until, type TestServer } from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { configuration } from './dialogues/base.ts';
import { servers } from './servers.ts';

describeBeside(servers)('clients of $name that stall', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    const files = { 'homes/stalls/big': Buffer.alloc(20_000_000, 'x') };
    server = await start({ config: configuration(['TimeoutStalled 1']), users: [{ name: 'stalls' }], files });
  });

  afterAll(async () => {
    await server?.stop();
  });

  async function login(): Promise<ControlClient> {
    const client = await ControlClient.login({ port: server.port, user: 'stalls', password: PASSWORD });
    await client.ask('TYPE I', 200);
    return client;
  }

  /** ProFTPD closes without a word; a word before is welcome. */
  async function isEndedByServer(client: ControlClient): Promise<boolean> {
    for (;;) {
      const last = await client.reply().catch((error: unknown) => (error as Error).message);
      if (typeof last === 'string') return last.startsWith('closed by the server');
      expect([421, 426, 451]).toContain(last.code);
    }
  }

  test('a STOR that stands still ends its session after TimeoutStalled', async () => {
    const client = await login();
    const data = await openData(client);
    await client.ask('STOR part', 150);
    (await data.socket()).write('abc');
    expect(await isEndedByServer(client)).toBe(true);
    data.destroy();
    await (await login()).quit();
  });

  test('a RETR that nobody reads ends its session after TimeoutStalled', async () => {
    const client = await login();
    const data = await openData(client);
    await client.ask('RETR big', 150);
    (await data.socket()).pause();
    expect(await isEndedByServer(client)).toBe(true);
    data.destroy();
    await (await login()).quit();
  });

  test('a STOR that goes on slowly is no stall', async () => {
    const client = await login();
    const data = await openData(client);
    await client.ask('STOR slow', 150);
    const socket = await data.socket();
    const end = performance.now() + 1_800;
    await until(() => (socket.write('abc'), performance.now() > end), 5_000, 'the end of the time');
    await data.upload('end');
    await client.expect(226);
    await client.quit();
    expect(readdirSync(server.home('stalls'))).toContain('slow');
  });
});

/** ProFTPD has a process for each session; ours must give back what it opened. */
const oneProcess = servers.filter(({ kind }) => kind === 'ftpd');

describeBeside(oneProcess)('what $name opens for a transfer', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    const files = { 'homes/leaks/big': Buffer.alloc(5_000_000, 'x') };
    server = await start({ config: configuration([]), users: [{ name: 'leaks' }], files });
  });

  afterAll(async () => {
    await server?.stop();
  });

  /** Files and sockets: threads come and go, each with an event loop. */
  function openDescriptors(): number {
    const folder = `/proc/${server.servingPid()}/fd`;
    return readdirSync(folder).filter((name) => !isOfLoop(`${folder}/${name}`)).length;
  }

  function isOfLoop(path: string): boolean {
    try {
      return readlinkSync(path).startsWith('anon_inode:');
    } catch {
      // Closed meanwhile.
      return true;
    }
  }

  async function login(): Promise<ControlClient> {
    const client = await ControlClient.login({ port: server.port, user: 'leaks', password: PASSWORD });
    await client.ask('TYPE I', 200);
    return client;
  }

  const BREAKS: Readonly<Record<string, (client: ControlClient) => Promise<void>>> = {
    'RETR whose data connection is reset': async (client) => {
      const data = await openData(client);
      await client.ask('RETR big', 150);
      (await data.socket()).resetAndDestroy();
      await client.expect(426);
    },
    'STOR whose data connection is reset': async (client) => {
      const data = await openData(client);
      await client.ask('STOR part', 150);
      (await data.socket()).resetAndDestroy();
      await client.reply();
    },
    'RETR of a missing file': async (client) => {
      const data = await openData(client);
      await client.ask('RETR nosuch', 550);
      data.destroy();
    },
    'RETR whose session vanishes': async (client) => {
      const data = await openData(client);
      await client.ask('RETR big', 150);
      client.destroy({ withReset: true });
      data.destroy();
    },
    'STOR whose session vanishes': async (client) => {
      const data = await openData(client);
      await client.ask('STOR gone', 150);
      (await data.socket()).write('abc');
      client.destroy({ withReset: true });
      data.destroy();
    },
    'PASV that is never used': async (client) => {
      for (let count = 0; count < 5; count += 1) await client.ask('PASV', 227);
    },
    'PORT that is never used': async (client) => {
      await client.ask('PORT 127,0,0,1,200,200', 200);
    },
    'LIST whose data connection is reset': async (client) => {
      const data = await openData(client);
      await client.ask('LIST', 150);
      (await data.socket()).resetAndDestroy();
      await client.reply();
    },
  };

  test.each(Object.entries(BREAKS))('is closed after a %s', async (_, breakOff) => {
    await (await login()).quit();
    const before = openDescriptors();
    for (let round = 0; round < 8; round += 1) {
      const client = await login();
      await breakOff(client);
      client.destroy();
    }
    await until(() => openDescriptors() <= before, 5_000, 'the last close');
    expect(openDescriptors()).toBeLessThanOrEqual(before);
  });
});

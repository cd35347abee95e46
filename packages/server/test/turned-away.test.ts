import { reply } from '@ftpd/protocol';
import { createSimplePolicy, type Hooks, type LastingRefusal } from '@ftpd/server';
import { createStaticAuthenticator } from '@ftpd/auth';
import { ControlClient } from '@ftpd/test-services';
import { afterEach, expect, test } from 'vitest';
import { startServer, type TestServer } from './start-server.ts';

let server: TestServer;
afterEach(async () => {
  await server.close();
});

test('a refusal that lasts is told to the same client again without a hook, for as long as it holds', async () => {
  let asked = 0;
  let isBanned = true;
  const refusal = (): LastingRefusal => ({ ...reply(530, `refused ${asked}`), holds: () => isBanned });
  const hooks: readonly Hooks[] = [
    {
      name: 'door',
      connect: () => {
        asked += 1;
        return isBanned ? refusal() : undefined;
      },
    },
  ];
  server = await startServer({ hooks });
  const authenticator = createStaticAuthenticator({ accounts: [] });
  const policy = createSimplePolicy({ authenticator, root: '/' });
  const greeting = async (localAddress: string): Promise<string> => {
    const client = await ControlClient.connect({ port: server.port, localAddress });
    const { code, text } = await client.reply();
    if (code !== 220) await client.closed();
    client.destroy();
    return `${code} ${text}`;
  };
  for (let visit = 0; visit < 3; visit += 1) expect(await greeting('127.0.8.1')).toBe('530 refused 1');
  expect(asked).toBe(1);
  expect(await greeting('127.0.8.2')).toBe('530 refused 2');
  isBanned = false;
  expect(await greeting('127.0.8.1')).toMatch(/^220/);
  isBanned = true;
  expect(await greeting('127.0.8.1')).toBe('530 refused 4');
  server.server.reconfigure({ policy, hooks });
  expect(await greeting('127.0.8.1')).toBe('530 refused 5');
});

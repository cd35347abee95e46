import {
  BASE_CONFIGURATION,
  ControlClient,
  openData,
  PASSWORD,
  startFtpd,
  until,
  type ServerSetup,
  type TestServer,
} from '@ftpd/test-services';
import { atEnd } from './at-end.ts';

/** Users with numbers of their own. */
export const keptUsers = [
  { name: 'ann', uid: 47_101, gid: 47_201 },
  { name: 'bob', uid: 47_102, gid: 47_202 },
] as const;

/** Starts a keeper with its server; ended after the test. @param config - Behind the base configuration. */
export async function startKept(config = '', more: Partial<ServerSetup> = {}): Promise<TestServer> {
  const server = await startFtpd(
    { config: `${BASE_CONFIGURATION}${config}`, users: keptUsers, ...more },
    { asRoot: true },
  );
  atEnd(() => server.stop());
  return server;
}

export function logIn({ port }: TestServer, user: string): Promise<ControlClient> {
  return ControlClient.login({ port, user, password: PASSWORD });
}

export async function store(client: ControlClient, name: string): Promise<void> {
  const data = await openData(client);
  await client.ask(`STOR ${name}`, 150);
  await data.upload('text');
  await client.expect(226);
}

export async function greetingOf({ port }: TestServer): Promise<string> {
  const client = await ControlClient.connect({ port });
  const { text } = await client.expect(220);
  client.destroy();
  return text;
}

/** Waits for the server that follows one which is gone. @returns its pid. */
export async function nextServer(
  { process: keeper, servingPid }: TestServer,
  before: number,
): Promise<number> {
  return await until(
    () => {
      const pid = servingPid();
      return pid !== before && pid !== keeper.pid ? pid : undefined;
    },
    15_000,
    'the next server',
  );
}

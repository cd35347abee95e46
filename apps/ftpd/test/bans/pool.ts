import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  startFtpd,
  startMemcached,
  startProftpd,
  startRedis,
  type TestServer,
} from '@ftpd/test-services';
import { CONTROLS, ownName } from '../ctl.ts';

/** Where a pool shares its bans. */
export interface PoolStore {
  /** Directives of every node. */
  readonly directives: string;
  stop(): Promise<void>;
}

async function memcacheds(count: number, options: string): Promise<PoolStore> {
  const servers = await Promise.all(Array.from({ length: count }, () => startMemcached()));
  return {
    directives: `LoadModule mod_memcache.c
MemcacheEngine on
MemcacheServers ${servers.map(({ host, port }) => `${host}:${port}`).join(' ')}
BanCache memcache
${options}`,
    async stop() {
      await Promise.all(servers.map((server) => server.stop('SIGKILL')));
    },
  };
}

async function redis(): Promise<PoolStore> {
  const server = await startRedis();
  return {
    directives: `LoadModule mod_redis.c
RedisEngine on
RedisServer 127.0.0.1:${server.port}
BanCache redis`,
    stop: () => server.stop(),
  };
}

export const poolStores: readonly (readonly [name: string, start: () => Promise<PoolStore>])[] = [
  ['three memcacheds, TPL', () => memcacheds(3, '')],
  ['three memcacheds, JSON', () => memcacheds(3, 'BanCacheOptions UseJSON')],
  ['Redis', redis],
];

export interface PoolNode {
  readonly name: 'proftpd' | 'ours' | 'other';
  readonly server: TestServer;
}

export const users = (...names: readonly string[]): readonly { readonly name: string }[] =>
  names.map((name) => ({ name }));

const banDirectives = `LoadModule mod_ban.c
BanEngine on
BanTable %{env:FTPD_TEST_FOLDER}/ban.tab
BanLog %{env:FTPD_TEST_FOLDER}/ban.log
BanMessage "made here"
BanControlsACLs all allow user ${ownName}
`;

/** A node of ours, with a control socket. */
export async function startOurs(
  config: string,
  names: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  return await startFtpd({
    config: `${BASE_CONFIGURATION}${CONTROLS}${banDirectives}${config}\n`,
    users: users(...names),
    files,
  });
}

/** One real ProFTPD and two of ours with the same configuration. */
export async function startPool(config: string, names: readonly string[]): Promise<readonly PoolNode[]> {
  const [proftpd, ours, other] = await Promise.all([
    startProftpd({ config: `${BASE_CONFIGURATION}${banDirectives}${config}\n`, users: users(...names) }),
    startOurs(config, names),
    startOurs(config, names),
  ]);
  return [
    { name: 'proftpd', server: proftpd },
    { name: 'ours', server: ours },
    { name: 'other', server: other },
  ];
}

export async function stopPool(nodes: readonly PoolNode[]): Promise<void> {
  await Promise.all(
    nodes.map(async ({ name, server }) => {
      // Killed, it would leave its shared memory to the system.
      if (name === 'proftpd') await server.process.stop('SIGTERM');
      await server.stop();
    }),
  );
}

export interface Attempt {
  readonly address: string;
  /** Absent: only connects. */
  readonly user?: string;
  readonly password?: string;
}

/** What a client is told: the greeting if it is refused there, else the reply to its password. Or `closed`. */
export async function attempt(
  { port }: Pick<TestServer, 'port'>,
  { address, user, password = PASSWORD }: Attempt,
): Promise<string> {
  const client = await ControlClient.connect({ port, localAddress: address, deadlineMs: 15_000 });
  try {
    const greeting = await client.reply();
    if (greeting.code !== 220 || user === undefined) return `${greeting.code} ${greeting.text}`;
    await client.ask(`USER ${user}`);
    const { code, text } = await client.ask(`PASS ${password}`);
    return `${code} ${text}`;
  } catch (error) {
    if (/closed by the server/.test(String(error))) return 'closed';
    throw error;
  } finally {
    client.destroy();
  }
}

/** Sends lines over one connection, each after the reply to the one before. */
export async function converse(
  { port }: Pick<TestServer, 'port'>,
  address: string,
  ...lines: readonly string[]
): Promise<void> {
  const client = await ControlClient.connect({ port, localAddress: address, deadlineMs: 15_000 });
  try {
    await client.reply();
    for (const line of lines) await client.ask(line);
  } catch (error) {
    if (!/closed by the server/.test(String(error))) throw error;
  } finally {
    client.destroy();
  }
}

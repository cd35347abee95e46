import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { until } from './deadline.ts';
import { freePort, freePortRange } from './ports.ts';
import { runProgram, startProcess, type TestProcess } from './process.ts';
import { removeFolder, temporaryFolder } from './temp-tree.ts';

/** A Redis server of a test, on 127.0.0.1, which keeps nothing on disk. */
export interface RedisServer {
  readonly port: number;
  /** Its process at the moment. */
  process(): TestProcess;
  /** Starts it again where it was, after its process has ended. */
  restart(): Promise<void>;
  /** Runs redis-cli with these arguments. @returns what it printed. */
  cli(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** Default: one that is free. */
  readonly port?: number;
  /** More arguments of redis-server, such as `'--maxmemory', '2mb'`. */
  readonly args?: readonly string[];
  /** Run as Sentinel, from this configuration. */
  readonly sentinelConfiguration?: string;
  /** The port speaks TLS; `args` name the certificates. */
  readonly usesTls?: boolean;
}

const START_MS = 15_000;

export async function startRedis({
  port: wishedPort,
  args = [],
  sentinelConfiguration,
  usesTls = false,
}: RedisServerOptions = {}): Promise<RedisServer> {
  const port = wishedPort ?? (await freePort());
  const folder = temporaryFolder('redis-');
  const ports = usesTls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)];
  const command = [...ports, '--bind', '127.0.0.1', '--dir', folder];
  if (sentinelConfiguration !== undefined) {
    // Sentinel writes into its configuration what it learns.
    const file = join(folder, 'sentinel.conf');
    await writeFile(file, sentinelConfiguration);
    command.unshift(file, '--sentinel');
  } else command.push('--save', '', '--appendonly', 'no');
  let server = await launch();

  async function launch(): Promise<TestProcess> {
    const started = await startProcess('redis-server', [...command, ...args], { name: 'redis-server' });
    await Promise.race([
      until(() => started.isRunning() && answers(port, usesTls), START_MS, `redis-server on port ${port}`),
      started.ended.then(() => started.assertRunning()),
    ]);
    return started;
  }

  return {
    port,
    process: () => server,
    async restart() {
      await server.ended;
      server = await launch();
    },
    async cli(...words) {
      const { code, output } = await runProgram('redis-cli', ['-p', String(port), ...words]);
      if (code !== 0) throw new Error(`redis-cli ${words.join(' ')} ended with ${code}:\n${output}`);
      return output.trim();
    },
    async stop() {
      // A server that was stopped by a signal would not hear of it.
      if (server.isRunning()) process.kill(server.pid, 'SIGCONT');
      await server.stop('SIGKILL');
      removeFolder(folder);
    },
  };
}

/** Whether a server is there and answers whatever it likes. */
function answers(port: number, isOpenEnough: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      if (isOpenEnough) end(true);
      else socket.write('PING\r\n');
    });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => resolve(false));
  });
}

/** A cluster of three masters, with all slots given out. */
export async function startRedisCluster(args: readonly string[] = []): Promise<readonly RedisServer[]> {
  const first = await freePortRange(6);
  const nodes = await Promise.all(
    [0, 1, 2].map((at) =>
      startRedis({
        port: first + at,
        args: [
          ...`--cluster-enabled yes --cluster-port ${first + 3 + at} --cluster-node-timeout 1000`.split(' '),
          ...'--cluster-require-full-coverage no'.split(' '),
          ...args,
        ],
      }),
    ),
  );
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const { code, output } = await runProgram('redis-cli', [
    '--cluster',
    'create',
    ...addresses,
    '--cluster-yes',
  ]);
  if (code !== 0) throw new Error(`no cluster:\n${output}`);
  await until(
    async () => {
      const states = await Promise.all(nodes.map((node) => node.cli('cluster', 'info')));
      return states.every((state) => state.includes('cluster_state:ok'));
    },
    START_MS,
    'a cluster that is whole',
  );
  return nodes;
}

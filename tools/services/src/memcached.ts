import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { until } from './deadline.ts';
import { freePort } from './ports.ts';
import { startProcess, type TestProcess } from './process.ts';

/** A memcached of a test. */
export interface TestMemcached extends TestProcess {
  readonly host: '127.0.0.1';
  /** 0 for one that listens on a Unix socket. */
  readonly port: number;
  /** SIGSTOP. Resolves when it does nothing any more; the system goes on to accept connections for it. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): void;
}

export interface MemcachedOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Listens there and on no port. */
  readonly socketPath?: string;
  /** More of its arguments. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const START_MS = 10_000;
const ATTEMPTS = 5;

/** Starts memcached on 127.0.0.1, or on a Unix socket, and waits until it can be connected to. */
export async function startMemcached(options: MemcachedOptions = {}): Promise<TestMemcached> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await start(options);
    // Another process may have taken the free port first.
    if (server.isRunning() || options.port !== undefined || attempt === ATTEMPTS) {
      server.assertRunning();
      return server;
    }
  }
}

async function start({
  port,
  socketPath,
  args = [],
  env = process.env,
}: MemcachedOptions): Promise<TestMemcached> {
  const at = socketPath === undefined ? (port ?? (await freePort())) : 0;
  const place = socketPath === undefined ? ['-l', '127.0.0.1', '-p', String(at)] : ['-s', socketPath];
  const identity = process.getuid?.() === 0 ? ['-u', 'root'] : [];
  const server = await startProcess('memcached', [...place, ...identity, '-U', '0', ...args], { env });
  const target = socketPath === undefined ? { host: '127.0.0.1', port: at } : { path: socketPath };
  await until(async () => !server.isRunning() || (await accepts(target)), START_MS, 'memcached');
  return {
    ...server,
    host: '127.0.0.1',
    port: at,
    async pause() {
      process.kill(server.pid, 'SIGSTOP');
      // The threads of a busy process stop one after the other.
      await until(() => isStopped(server.pid), START_MS, 'memcached to stop');
    },
    resume: () => void process.kill(server.pid, 'SIGCONT'),
  };
}

function isStopped(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).every((task) =>
    /^\d+ \(.*\) [tT] /s.test(readFileSync(`${tasks}/${task}/stat`, 'latin1')),
  );
}

async function accepts(target: { host: string; port: number } | { path: string }): Promise<boolean> {
  const socket = connect(target);
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

import { endAll, logInAll } from './login-load.ts';
import { pssKiBOf } from './process-tree.ts';
import type { BenchServer } from './servers.ts';

export interface MemoryResult {
  /** Of the server before the sessions, as many having come and gone: what only the first ones cost is in it. */
  readonly idleKiB: number;
  /** With the sessions, logged in and idle. */
  readonly loadedKiB: number;
}

/** Threads that hash end after 10 s without work; garbage is collected some seconds after that. */
const SETTLE_MS = 25_000;

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

/** Measures all servers in step, so that their waits pass at the same time. */
export async function measureMemory(
  servers: readonly BenchServer[],
  { clients, accounts }: { readonly clients: number; readonly accounts: number },
): Promise<readonly MemoryResult[]> {
  for (const { port } of servers) {
    const { sessions } = await logInAll({ port, clients, concurrency: 50, accounts });
    await endAll(sessions);
  }
  await settle();
  const idle = servers.map(({ pid }) => pssKiBOf(pid));
  const open = [];
  for (const { port } of servers) {
    open.push(await logInAll({ port, clients, concurrency: 50, accounts }));
  }
  await settle();
  const loaded = servers.map(({ pid }) => pssKiBOf(pid));
  for (const { sessions } of open) await endAll(sessions);
  return servers.map((_, index) => ({ idleKiB: idle[index] ?? 0, loadedKiB: loaded[index] ?? 0 }));
}

import { fileURLToPath } from 'node:url';
import { runProgram } from '@ftpd/test-services';
import { cpuSecondsOf } from './process-tree.ts';
import { PYTHON, type BenchServer } from './servers.ts';
import { FILE, PASSWORD, userName, type Site } from './site.ts';

/** `get` reads what it gets, `drop` lets the kernel throw it away. */
export type Move = 'get' | 'drop' | 'put';

export interface MoveResult {
  /** From the command to the last reply. */
  readonly seconds: number;
  /** Processor time of the server, its session from connect to end. */
  readonly cpuSeconds: number;
}

const CLIENT = fileURLToPath(new URL('bulk-client.py', import.meta.url));
const DEADLINE_MS = 120_000;
/** A process of ProFTPD is counted when its parent has noticed its end. */
const REAP_MS = 150;

/** Moves the file once, by a client in a process of its own. */
export async function moveFile(
  server: BenchServer,
  site: Site,
  move: Move,
  bytes: number,
): Promise<MoveResult> {
  const remote = move === 'put' ? `upload-${server.name}.bin` : FILE;
  const before = cpuSecondsOf(server.pid);
  const { code, output } = await runProgram(
    PYTHON,
    [CLIENT, String(server.port), userName(0), PASSWORD, move, remote, site.file, String(bytes)],
    { deadlineMs: DEADLINE_MS },
  );
  if (code !== 0) throw new Error(`${move} with ${server.name} failed: ${output}`);
  await new Promise((resolve) => setTimeout(resolve, REAP_MS));
  const { seconds } = JSON.parse(output) as { readonly seconds: number };
  return { seconds, cpuSeconds: cpuSecondsOf(server.pid) - before };
}

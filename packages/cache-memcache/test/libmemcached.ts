import { within } from '@ftpd/test-services';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Step =
  | readonly ['where' | 'get' | 'delete', Buffer]
  | readonly ['set', Buffer, Buffer, exptime: number];

export interface LibmemcachedRequest {
  /** As in ProFTPD's MemcacheServers, with commas. */
  readonly servers: string;
  readonly replicas?: number;
  readonly prefix?: string;
  readonly steps: readonly Step[];
}

const program = fileURLToPath(new URL('libmemcached.py', import.meta.url));
const DEADLINE_MS = 20_000;

/** Has the real libmemcached, set up as ProFTPD does it, perform steps. @returns the answers of each request. */
export async function libmemcached(requests: readonly LibmemcachedRequest[]): Promise<unknown[][]> {
  const child = spawn('python3', [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(JSON.stringify(requests, (_, value: unknown) => (isBuffer(value) ? hexOf(value) : value)));
  const code = await within(ended, DEADLINE_MS, 'libmemcached');
  if (code !== 0) throw new Error(`libmemcached.py ended with ${code}`);
  return JSON.parse(output) as unknown[][];
}

/** JSON.stringify hands over what a Buffer's toJSON gives. */
interface BufferAsJson {
  readonly type: 'Buffer';
  readonly data: number[];
}

function isBuffer(value: unknown): value is BufferAsJson {
  return (value as BufferAsJson | null)?.type === 'Buffer';
}

function hexOf({ data }: BufferAsJson): string {
  return Buffer.from(data).toString('hex');
}

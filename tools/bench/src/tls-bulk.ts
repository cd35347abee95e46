import { runProgram } from '@ftpd/test-services';
import { cpuSecondsOf } from './process-tree.ts';
import type { BenchServer } from './servers.ts';
import { FILE, PASSWORD, userName, type Site } from './site.ts';

export type TlsMove = 'RETR' | 'STOR';

export interface TlsMoveFigures {
  readonly mibPerSecond: number;
  /** Of the server, all its processes, its session from connect to end. */
  readonly cpuSecondsPerGib: number;
}

const deadlineMs = 180_000;
const reapMs = 300;
const gib = 2 ** 30;

/** Moves the file once with curl, over TLS 1.3 and AES-256-GCM, control and data. */
export async function moveFileOverTls(
  { name, port, pid }: BenchServer,
  site: Site,
  move: TlsMove,
  bytes: number,
): Promise<TlsMoveFigures> {
  const url = `ftp://127.0.0.1:${port}/`;
  const what =
    move === 'RETR' ? ['-o', '/dev/null', `${url}${FILE}`] : ['-T', site.file, `${url}upload-${name}.bin`];
  const words = ['-sS', '--insecure', '--ssl-reqd', '--tlsv1.3', '--tls13-ciphers', 'TLS_AES_256_GCM_SHA384'];
  const user = ['-u', `${userName(0)}:${PASSWORD}`, '-w', '%{stderr}seconds=%{time_total}\n'];
  const before = cpuSecondsOf(pid);
  const { code, output } = await runProgram('curl', [...words, ...user, ...what], { deadlineMs });
  const seconds = Number(/seconds=([\d.]+)/.exec(output)?.[1]);
  if (code !== 0 || !(seconds > 0)) throw new Error(`${move} with ${name} failed: ${output}`);
  await new Promise((resolve) => setTimeout(resolve, reapMs));
  return {
    mibPerSecond: bytes / 2 ** 20 / seconds,
    cpuSecondsPerGib: ((cpuSecondsOf(pid) - before) * gib) / bytes,
  };
}

import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram, servingIdentity } from '@ftpd/test-services';
import { LeanClient } from './lean-client.ts';
import { PYTHON, type BenchServer } from './servers.ts';
import { PASSWORD, userName, type Site } from './site.ts';

const CLIENT = fileURLToPath(new URL('many-files-client.py', import.meta.url));
const DEADLINE_MS = 120_000;
const SESSIONS = 20;
const FILES = 2000;

/** @returns seconds for create, stat, list, rename, delete of 2,000 files of 1 KiB over 20 sessions, logins not counted. */
export async function manySmallFiles({ name, port }: BenchServer): Promise<number> {
  const { code, output } = await runProgram(
    PYTHON,
    [CLIENT, String(port), PASSWORD, String(SESSIONS), String(FILES / SESSIONS)],
    { deadlineMs: DEADLINE_MS },
  );
  if (code !== 0) throw new Error(`small files with ${name} failed: ${output}`);
  return (JSON.parse(output) as { readonly seconds: number }).seconds;
}

const LISTED = 'listed';
const ENTRIES = 20_000;

export function makeLongFolder(site: Site): void {
  const folder = join(site.home, LISTED);
  mkdirSync(folder);
  const { uid, gid } = servingIdentity();
  chownSync(folder, uid, gid);
  for (let number = 0; number < ENTRIES; number += 1) {
    const path = join(folder, `a-file-of-many-${number}`);
    writeFileSync(path, '');
    chownSync(path, uid, gid);
  }
}

/** @returns seconds for one LIST of a folder of 20,000 entries. */
export async function listLongFolder(server: BenchServer): Promise<number> {
  const client = await LeanClient.login(server.port, userName(0));
  const startedAtMs = performance.now();
  const bytes = await client.fetch(`LIST ${LISTED}`);
  const seconds = (performance.now() - startedAtMs) / 1000;
  if (bytes < ENTRIES * 60) throw new Error(`${server.name} listed only ${bytes} bytes`);
  await client.quit();
  return seconds;
}

import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { servingIdentity } from '@ftpd/test-services';
import { LeanClient } from './lean-client.ts';
import type { BenchServer } from './servers.ts';
import { userName, type Site } from './site.ts';

const SESSIONS = 20;
const FILES = 2000;
const FILES_PER_LIST = 10;
const content = new Uint8Array(1024).fill(0x61);

/** Every session makes its files one by one, looks at each, lists now and then, renames and deletes all. */
async function work(client: LeanClient, folder: string): Promise<void> {
  await client.ask(`MKD ${folder}`);
  await client.ask(`CWD ${folder}`);
  const names = Array.from({ length: FILES / SESSIONS }, (_, number) => `file-${number}`);
  for (const [number, name] of names.entries()) {
    await client.store(`STOR ${name}`, content);
    await client.ask(`SIZE ${name}`);
    if ((number + 1) % FILES_PER_LIST === 0) await client.fetch('LIST');
  }
  for (const name of names) {
    await client.ask(`RNFR ${name}`);
    await client.ask(`RNTO ${name}.renamed`);
    await client.ask(`DELE ${name}.renamed`);
  }
  await client.ask('CDUP');
  await client.ask(`RMD ${folder}`);
}

/** @returns seconds for create, stat, list, rename, delete of 2,000 files of 1 KiB over 20 sessions, logins not counted. */
export async function manySmallFiles(server: BenchServer): Promise<number> {
  const clients: LeanClient[] = [];
  for (let number = 0; number < SESSIONS; number += 1)
    clients.push(await LeanClient.login(server.port, userName(number)));
  const startedAtMs = performance.now();
  await Promise.all(clients.map((client, number) => work(client, `mix-${server.name}-${number}`)));
  const seconds = (performance.now() - startedAtMs) / 1000;
  await Promise.all(clients.map((client) => client.quit()));
  return seconds;
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

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below Linux's ephemeral range, so that no outgoing connection of a neighbour takes the port first. */
const LOWEST = 10_000;
const HIGHEST = 32_000;
const ATTEMPTS = 200;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '::', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

async function allFree(first: number, count: number): Promise<boolean> {
  for (let port = first; port < first + count; port += 1) if (!(await isFree(port))) return false;
  return true;
}

/**
 * The first of `count` neighbouring TCP ports that nobody listens on.
 * Another process may still take one before its user binds it; a starter must notice that.
 */
export async function freePortRange(count: number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const first = randomInt(LOWEST, HIGHEST - count);
    if (await allFree(first, count)) return first;
  }
  throw new Error(`no ${count} free neighbouring ports between ${LOWEST} and ${HIGHEST}`);
}

/** A TCP port that nobody listens on. */
export async function freePort(): Promise<number> {
  return freePortRange(1);
}

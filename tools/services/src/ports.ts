import { randomInt } from 'node:crypto';
import { createServer, type ListenOptions } from 'node:net';

/** Below Linux's ephemeral range, so that no outgoing connection of a neighbour takes the port first. */
const LOWEST = 10_000;
const HIGHEST = 32_000;
const BLOCK = 500;
const BLOCK_COUNT = (HIGHEST - LOWEST) / BLOCK;

/** @param holds - Whether it listens until this process ends. @returns false if somebody listens there. */
async function canListen(where: ListenOptions, holds = false): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ ...where, exclusive: true }, () => {
      if (holds) resolve(server.unref().listening);
      else server.close(() => resolve(true));
    });
  });
}

/**
 * A part of the ports for this process alone: none of them is taken by another test between the look at it and its use.
 * What marks it is a name that the kernel forgets with the process.
 */
async function ownBlock(): Promise<number> {
  const first = randomInt(BLOCK_COUNT);
  for (let more = 0; more < BLOCK_COUNT && process.platform === 'linux'; more += 1) {
    const block = (first + more) % BLOCK_COUNT;
    if (await canListen({ path: `\0ftpd-test-ports-${block}` }, true)) return LOWEST + block * BLOCK;
  }
  return LOWEST + first * BLOCK;
}

let block: Promise<number> | undefined;
let next = randomInt(BLOCK);

async function allFree(first: number, count: number): Promise<boolean> {
  for (let port = first; port < first + count; port += 1)
    if (!(await canListen({ port, host: '::' }))) return false;
  return true;
}

/**
 * The first of `count` neighbouring TCP ports that nobody listens on, and that were not given out lately.
 * Who is no test of ours may still take one before its user binds it; a starter must notice that.
 * @param count - 500 at the most.
 */
export async function freePortRange(count: number): Promise<number> {
  const lowest = await (block ??= ownBlock());
  for (let tried = 0; tried < BLOCK; tried += count) {
    if (next + count > BLOCK) next = 0;
    const first = lowest + next;
    // Before it is looked at, so that nobody else gets it meanwhile.
    next += count;
    if (await allFree(first, count)) return first;
  }
  throw new Error(`no ${count} free neighbouring ports between ${lowest} and ${lowest + BLOCK}`);
}

/** A TCP port that nobody listens on. */
export async function freePort(): Promise<number> {
  return freePortRange(1);
}

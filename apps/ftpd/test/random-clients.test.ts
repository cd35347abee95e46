import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandRows } from '@ftpd/protocol';
import { ControlClient, PASSWORD, startFtpd, type TestServer } from '@ftpd/test-services';
import { configuration } from './dialogues/base.ts';

const CLIENTS = 40;
const COMMANDS = 60;

const verbs = [...commandRows.flatMap(({ verb, aliases }) => [verb, ...aliases]), 'XYZZY', ''];
const words = ['', 'x', '/', '..', '../../..', 'a/b', '~', '-la', '-R *', '*', '[', '*/*/*', 'n'.repeat(300)];
const oddWords = [
  '\\',
  '"',
  '%s%n',
  '\0',
  '\xff\xfe',
  'a b',
  'a\tb',
  '0',
  '99999999999',
  '1 5',
  'A',
  'I',
  'ALL',
  'u',
];
const longWords = [
  '20200101000000 x',
  'modify=20200101000000;UNIX.mode=0644; x',
  'UTF8 ON',
  'MLST size;',
  'CHMOD 777 x',
  'MKDIR d/e/f',
  'RMDIR d',
  'SYMLINK / l',
  'UTIME 202001010000 x',
  '127,0,0,1,200,10',
  '|1|127.0.0.1|50000|',
];
const args = [...words, ...oddWords, ...longWords];

/** The same numbers in every run (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function randomLine(random: (below: number) => number): Buffer {
  if (random(20) === 0) return Buffer.from(Array.from({ length: random(200) }, () => random(256)));
  return Buffer.from(`${verbs[random(verbs.length)]} ${args[random(args.length)]}\r\n`, 'latin1');
}

/** Connects to every passive port that is offered, and is as careless there. */
function followPassive(control: Socket, random: (below: number) => number): void {
  control.on('data', (chunk: Buffer) => {
    for (const [, port] of chunk.toString('latin1').matchAll(/\(\|\|\|(\d+)\|\)/g)) {
      const data = connect({ port: Number(port), host: '127.0.0.1' });
      data.on('error', () => undefined);
      if (random(3) > 0) data.resume();
      if (random(2) === 0) data.write(Buffer.alloc(random(50_000)));
      data.once('connect', () => (random(2) === 0 ? data.end() : data.resetAndDestroy()));
    }
  });
}

async function careless(port: number, seed: number): Promise<void> {
  const random = seeded(seed);
  const control = connect({ port, host: '127.0.0.1' });
  control.on('error', () => undefined);
  await once(control, 'connect');
  followPassive(control, random);
  if (random(8) > 0) control.write(`USER u\r\nPASS ${PASSWORD}\r\n`);
  for (let count = 0; count < COMMANDS && control.writable; count += 1) {
    control.write(randomLine(random));
    if (random(4) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const closed = new Promise<void>((resolve) => control.once('close', () => resolve()));
  if (random(2) === 0) control.end('QUIT\r\n');
  else control.resetAndDestroy();
  control.resume();
  // A transfer that waits for its connection holds the reply to QUIT back.
  const timer = setTimeout(() => control.destroy(), 500);
  await closed;
  clearTimeout(timer);
}

describe('clients that send anything', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startFtpd({
      config: configuration([]),
      users: [{ name: 'u' }],
      files: { 'homes/u/x': 'x' },
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  it('meet a server that is surprised by nothing and serves the next one', async () => {
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        Array.from({ length: CLIENTS }, (_, index) => careless(server.port, round * CLIENTS + index + 1)),
      );
    }
    const client = await ControlClient.login({ port: server.port, user: 'u', password: PASSWORD });
    await client.ask('PWD', 257);
    await client.quit();
    expect(server.process.output()).not.toMatch(/unexpectedly|not handled|could not be served/);
  });
});

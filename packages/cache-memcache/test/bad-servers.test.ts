import { isCacheError, type CallOptions } from '@ftpd/cache';
import { until } from '@ftpd/test-services';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemcacheCache, type MemcacheCache, type MemcacheOptions } from '../src/index.ts';
import { encodeAnswer, hit, startFakeServer, type FakeRequest, type FakeServer } from './fake-server.ts';

const DEADLINE_MS = 1000;
/** For what is not about silence: a busy machine must not look like a silent server. */
const patient = { connectTimeoutMs: 10_000, answerTimeoutMs: 10_000, deadlineMs: 10_000 };
/** For what is. */
const strict = { connectTimeoutMs: 10_000, answerTimeoutMs: 500, deadlineMs: DEADLINE_MS };
/** What a busy machine may add to a deadline: less than a second one. */
const SLACK_MS = 900;

let server: FakeServer;
let cache: MemcacheCache;
let lines: string[];

type Handler = (request: FakeRequest, socket: Socket) => void;

async function open(handler: Handler, options: Partial<MemcacheOptions> = {}): Promise<void> {
  server = await startFakeServer(handler);
  lines = [];
  cache = createMemcacheCache({
    servers: [server],
    ...patient,
    log: (_, text) => lines.push(text),
    ...options,
  });
}

afterEach(async () => {
  await cache.close();
  await server.stop();
});

const key = (name: string | number): Uint8Array => Buffer.from(`key ${name}`);

/** What a get gives: the value's text, `miss`, or the error's code. */
async function outcome(name: string | number, options: CallOptions = {}): Promise<string> {
  try {
    const value = await cache.get(key(name), options);
    return value === undefined ? 'miss' : Buffer.from(value).toString();
  } catch (error) {
    if (isCacheError(error)) return error.code;
    throw error;
  }
}

const served: Handler = (request, socket) => void socket.write(hit(request, `value of ${request.key}`));

/** A server that behaves well again recovers by itself, without anybody asking it. */
async function expectRecovery(): Promise<void> {
  await until(async () => (await outcome('later')) === 'value of key later', 10_000, 'recovery');
}

describe('a server that accepts and never answers', () => {
  it('costs the deadline once, then nothing, and one line', async () => {
    await open(() => {}, strict);
    const begun = performance.now();
    expect(await outcome(0)).toBe('CACHE_UNAVAILABLE');
    for (let n = 1; n < 200; n += 1) expect(await outcome(n)).toBe('CACHE_UNAVAILABLE');
    expect(performance.now() - begun).toBeLessThan(DEADLINE_MS + SLACK_MS);
    expect(lines).toEqual([`memcached ${server.host}:${server.port} is down: it does not answer`]);
  });

  it('costs a caller in a hurry no more than it allows', async () => {
    await open(() => {}, strict);
    const begun = performance.now();
    expect(await outcome(0, { deadlineMs: 150 })).toMatch(/CACHE_TIMEOUT|CACHE_UNAVAILABLE/);
    expect(performance.now() - begun).toBeLessThan(150 + SLACK_MS);
    await until(
      async () => (await outcome(1, { deadlineMs: 150 })) === 'CACHE_UNAVAILABLE',
      5000,
      'the server to count as down',
    );
  });

  it('costs many callers at once the same', async () => {
    await open(() => {}, strict);
    const begun = performance.now();
    const outcomes = await Promise.all(Array.from({ length: 1000 }, (_, n) => outcome(n)));
    expect(new Set(outcomes)).toEqual(new Set(['CACHE_UNAVAILABLE']));
    expect(performance.now() - begun).toBeLessThan(DEADLINE_MS + SLACK_MS);
    expect(lines).toHaveLength(1);
  });
});

describe('a server that answers late', () => {
  it('gives nobody the answer to something else', async () => {
    const held: (() => void)[] = [];
    await open((request, socket) => {
      if (request.key.startsWith('key slow')) held.push(() => served(request, socket));
      else served(request, socket);
    });
    const controller = new AbortController();
    const slow = outcome('slow', { signal: controller.signal });
    await until(() => held.length === 1, 5000, 'the request');
    controller.abort();
    expect(await slow).toBe('CACHE_ABORTED');
    held[0]?.();
    expect(await Promise.all([outcome('a'), outcome('b')])).toEqual(['value of key a', 'value of key b']);
  });

  it('may answer in any order', async () => {
    const waiting: FakeRequest[] = [];
    await open((request, socket) => {
      waiting.push(request);
      if (waiting.length === 20) for (const each of waiting.reverse()) served(each, socket);
    });
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => outcome(n)));
    expect(outcomes).toEqual(Array.from({ length: 20 }, (_, n) => `value of key ${n}`));
  });
});

const badAnswers: readonly (readonly [string, Handler])[] = [
  ['text', (_, socket) => void socket.write('ERROR\r\n')],
  ['noise', (_, socket) => void socket.write(Buffer.alloc(100, 0xa5))],
  ["another key's value", (request, socket) => void socket.write(hit({ ...request, key: 'key x' }, 'wrong'))],
  ['a value without its key', (request, socket) => void socket.write(hit({ ...request, key: '' }, 'wrong'))],
  [
    'the answer to another command',
    (request, socket) => void socket.write(hit({ ...request, opcode: 0 }, 'wrong')),
  ],
  [
    'too much',
    (request, socket) => {
      const answer = hit(request, 'x');
      answer.writeUInt32BE(0x7fffffff, 8);
      socket.write(answer);
    },
  ],
];

describe.each(badAnswers)('a server that answers with %s', (_, bad) => {
  it('is not believed, is left, and recovers by itself', async () => {
    let isBad = true;
    await open((request, socket) => (isBad ? bad : served)(request, socket));
    const outcomes = await Promise.all([outcome(1), outcome(2)]);
    expect(outcomes).toEqual(['CACHE_PROTOCOL', 'CACHE_PROTOCOL']);
    expect(lines).toHaveLength(1);
    isBad = false;
    await expectRecovery();
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/is back after \d+ s/);
  });
});

describe("a server that answers a quiet get with another key's value", () => {
  it('spoils all that wait for it, and no more', async () => {
    await open((request, socket) => {
      const isBad = request.key === 'key 2';
      socket.write(hit(isBad ? { ...request, key: 'key x' } : request, `value of ${request.key}`));
    });
    const answers = await cache.getMany([key(1), key(2), key(3)]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['value', 'error', 'error']);
    for (const answer of answers.slice(1))
      expect(answer.outcome === 'error' && isCacheError(answer.error, 'CACHE_PROTOCOL')).toBe(true);
    await expectRecovery();
  });
});

describe('a server whose large answer takes its time', () => {
  it('is not taken for silent while the answer is on its way', async () => {
    await open(
      (request, socket) => {
        const answer = hit(request, Buffer.alloc(500_000, 'slow'));
        let at = 0;
        const timer = setInterval(() => {
          socket.write(answer.subarray(at, at + 25_000));
          at += 25_000;
          if (at >= answer.length) clearInterval(timer);
        }, 80);
        socket.once('close', () => clearInterval(timer));
      },
      { answerTimeoutMs: 800 },
    );
    expect(await outcome('slow')).toHaveLength(500_000);
    expect(lines).toEqual([]);
  });
});

describe('a server that answers what nobody asked', () => {
  it('is not listened to', async () => {
    await open((request, socket) => {
      socket.write(hit({ ...request, opaque: request.opaque + 1000 }, 'wrong'));
      socket.write(encodeAnswer({ opcode: 1, opaque: 0, status: 0x82 }));
      served(request, socket);
      served(request, socket);
    });
    for (let n = 0; n < 20; n += 1) expect(await outcome(n)).toBe(`value of key ${n}`);
    expect(lines).toEqual([]);
  });

  it('is silent in spite of it', async () => {
    await open((request, socket) => {
      const timer = setInterval(() => socket.write(hit({ ...request, opaque: 0 }, 'wrong')), 20);
      socket.once('close', () => clearInterval(timer));
    }, strict);
    expect(await outcome(1)).toBe('CACHE_UNAVAILABLE');
    expect(lines).toHaveLength(1);
  });
});

describe('a connection that ends', () => {
  it('in the middle of a value leaves nothing to the next one', async () => {
    let isCut = true;
    await open((request, socket) => {
      if (!isCut) return served(request, socket);
      socket.write(hit(request, Buffer.alloc(100_000, 'half')).subarray(0, 60_000), () =>
        socket.resetAndDestroy(),
      );
    });
    expect(await outcome('cut')).toBe('CACHE_UNAVAILABLE');
    isCut = false;
    await expectRecovery();
    for (let n = 0; n < 20; n += 1) expect(await outcome(n)).toBe(`value of key ${n}`);
  });

  it('after a while of good service is made again at once, and no line is spent on it', async () => {
    await open(served);
    expect(await outcome(1)).toBe('value of key 1');
    // Good service is a matter of time: a second of it.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    server.reset();
    await until(() => server.connections() === 2, 5000, 'a second connection');
    for (let n = 0; n < 20; n += 1) expect(await outcome(n)).toBe(`value of key ${n}`);
    expect(lines).toEqual([]);
  });

  it('right after it was made, again and again, is not made in a hurry', async () => {
    await open((_, socket) => void socket.resetAndDestroy());
    const end = performance.now() + 700;
    while (performance.now() < end) {
      expect(await outcome(1)).toBe('CACHE_UNAVAILABLE');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(server.connections()).toBeLessThan(12);
  });
});

describe('a server that may fail more than once', () => {
  it('counts as down after as many failures in a row, and is tried again after the time given', async () => {
    let isAway = true;
    await open((request, socket) => (isAway ? socket.resetAndDestroy() : served(request, socket)), {
      connectFailures: 3,
      retryMs: 100,
    });
    for (const count of [0, 0, 1]) {
      expect(await outcome(1)).toBe('CACHE_UNAVAILABLE');
      expect(lines).toHaveLength(count);
    }
    isAway = false;
    await until(() => lines.length === 2, 5000, 'the return');
    expect(await outcome(1)).toBe('value of key 1');
  });
});

describe('close', () => {
  it('ends what is under way, and all later calls', async () => {
    await open(() => {});
    const waiting = outcome(1);
    await until(() => server.requests.length === 2, 5000, 'the request');
    await cache.close();
    expect(await waiting).toBe('CACHE_CLOSED');
    expect(await outcome(2)).toBe('CACHE_CLOSED');
    expect(lines).toEqual([]);
  });
});

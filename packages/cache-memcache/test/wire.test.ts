import { until } from '@ftpd/test-services';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemcacheCache, type MemcacheCache, type MemcacheOptions } from '../src/index.ts';
import { opcodes } from '../src/wire.ts';
import { encodeAnswer, startFakeServer, type FakeRequest, type FakeServer } from './fake-server.ts';

let servers: FakeServer[] = [];
let cache: MemcacheCache | undefined;

const ok = (request: FakeRequest): Buffer =>
  encodeAnswer({
    opcode: request.opcode,
    opaque: request.opaque,
    ...(request.opcode === opcodes.INCREMENT ? { value: Buffer.from([0, 0, 0, 0, 0, 0, 0, 5]) } : {}),
  });

async function open(count: number, options: Partial<MemcacheOptions> = {}): Promise<MemcacheCache> {
  servers = await Promise.all(
    Array.from({ length: count }, () => startFakeServer((request, socket) => socket.write(ok(request)))),
  );
  cache = createMemcacheCache({
    servers,
    connectTimeoutMs: 10_000,
    answerTimeoutMs: 10_000,
    deadlineMs: 10_000,
    ...options,
  });
  return cache;
}

afterEach(async () => {
  await cache?.close();
  await Promise.all(servers.map((server) => server.stop()));
});

const sent = (server: FakeServer | undefined): FakeRequest[] =>
  (server?.requests ?? []).filter(({ opcode }) => opcode !== opcodes.NOOP);

const key = Buffer.from('mod_ban.key\0');
const value = Buffer.from('value\0');

describe('what goes over the wire', () => {
  it("is ProFTPD's SET: flags 0 and the absolute time", async () => {
    await (await open(1)).set(key, value, { expiresAtMs: 0x7b02cd22 * 1000 });
    const [request] = sent(servers[0]);
    expect(request?.bytes.toString('latin1')).toBe(
      `\x80\x01\x00\x0c\x08\x00\x00\x00\x00\x00\x00\x1a${request?.bytes.toString('latin1', 12, 16)}` +
        `\0\0\0\0\0\0\0\0\0\0\0\0\x7b\x02\xcd\x22mod_ban.key\0value\0`,
    );
  });

  it('is an INCREMENT that makes the counter with its delta and the lifetime', async () => {
    expect(await (await open(1)).increment(key, 3, { ttlMs: 60_000 })).toBe(5);
    expect(sent(servers[0])[0]?.extras.toString('hex')).toBe(
      '0000000000000003' + '0000000000000003' + '0000003d',
    );
  });

  it('is a SET to the first server and a quiet one to those that follow it in the configuration', async () => {
    const pool = await open(3, { replicas: 1 });
    await Promise.all(Array.from({ length: 30 }, (_, n) => pool.set(Buffer.from(`key ${n}`), value)));
    await until(() => servers.flatMap(sent).length === 60, 5000, 'copies');
    for (let n = 0; n < 30; n += 1) {
      const places = servers.map((server) => sent(server).find((request) => request.key === `key ${n}`));
      const first = places.findIndex((request) => request?.opcode === opcodes.SET);
      expect(places[(first + 1) % 3]?.opcode).toBe(opcodes.SETQ);
      expect(places[(first + 2) % 3]).toBeUndefined();
      expect(places[(first + 1) % 3]?.extras).toEqual(places[first]?.extras);
      expect(places[(first + 1) % 3]?.value.toString()).toBe('value\0');
    }
  });

  it('is no more than the first server needs, for a counter', async () => {
    const pool = await open(2, { replicas: 1 });
    await pool.increment(key, 1);
    expect(servers.flatMap(sent)).toHaveLength(1);
  });

  it('is a DELETEQ to the copies', async () => {
    const pool = await open(2, { replicas: 5 });
    await pool.delete(key);
    await until(() => servers.flatMap(sent).length === 2, 5000, 'the copy');
    expect(new Set(servers.flatMap(sent).map(({ opcode }) => opcode))).toEqual(
      new Set([opcodes.DELETE, opcodes.DELETEQ]),
    );
  });

  it('is written together for what is asked in one turn, whole buffers being read at once', async () => {
    const one = await open(1);
    const text = Buffer.from('before');
    const done = one.set(key, text);
    text.write('behind');
    await done;
    expect(sent(servers[0])[0]?.value.toString()).toBe('before');
  });

  it('has the prefix of a view in front of its keys', async () => {
    const view = (await open(1)).scoped(Buffer.from('mod_')).scoped(Buffer.from('ban.'));
    expect(view.capabilities.maxKeyBytes).toBe(242);
    await view.set(Buffer.from('x'), value);
    expect(sent(servers[0])[0]?.key).toBe('mod_ban.x');
  });

  it('is nothing after the deadline: a request that waited for a connection is not sent late', async () => {
    const one = await open(1);
    await expect(one.set(key, value, { deadlineMs: 0.001 })).rejects.toMatchObject({ code: 'CACHE_TIMEOUT' });
    await one.set(Buffer.from('later'), value);
    expect(sent(servers[0]).map((request) => request.key)).toEqual(['later']);
  });
});

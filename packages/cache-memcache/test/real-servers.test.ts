import { isCacheError } from '@ftpd/cache';
import { freePort, startMemcached, until, type TestMemcached } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemcacheCache, type MemcacheCache } from '../src/index.ts';

/** What is not about silence is patient: a busy machine must not look like a silent server. */
const PATIENT_MS = 10_000;
const STRICT_MS = 1000;
const patient = { connectTimeoutMs: PATIENT_MS, answerTimeoutMs: PATIENT_MS, deadlineMs: PATIENT_MS };
/** What a busy machine may add to a deadline. */
const SLACK_MS = 1500;

let servers: TestMemcached[];
let lines: string[];
let cache: MemcacheCache;

async function start(count: number, deadlineMs = PATIENT_MS, args: readonly string[] = []): Promise<void> {
  servers = await Promise.all(Array.from({ length: count }, () => startMemcached({ args })));
  lines = [];
  cache = createMemcacheCache({
    servers,
    deadlineMs,
    connectTimeoutMs: PATIENT_MS,
    answerTimeoutMs: deadlineMs,
    log: (_, text) => lines.push(text),
  });
}

beforeEach(() => {
  servers = [];
});

afterEach(async () => {
  await cache.close();
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
});

const key = (n: number): Buffer => Buffer.from(`key ${n}`);
const valueOf = (n: number): string => `value of ${n} `.repeat(1 + (n % 7) * 100);
const nameOf = (server: TestMemcached): string => `memcached ${server.host}:${server.port}`;

interface Load {
  /** Ends it. @returns what it met. */
  stop(): Promise<{ readonly wrong: number; readonly longestMs: number; readonly codes: Set<string> }>;
  /** How many calls succeeded so far. */
  good(): number;
}

/** Reads and writes without a pause, some at a time, and checks every answer. */
function startLoad(): Load {
  let isOver = false;
  let wrong = 0;
  let good = 0;
  let longestMs = 0;
  const codes = new Set<string>();
  const act = async (n: number): Promise<void> => {
    const begun = performance.now();
    try {
      if (n % 2 === 0) await cache.set(key(n % 100), Buffer.from(valueOf(n % 100)));
      else {
        const value = await cache.get(key(n % 100));
        if (value !== undefined && Buffer.from(value).toString() !== valueOf(n % 100)) wrong += 1;
      }
      good += 1;
    } catch (error) {
      codes.add(isCacheError(error) ? error.code : String(error));
    }
    longestMs = Math.max(longestMs, performance.now() - begun);
  };
  const worker = async (first: number): Promise<void> => {
    for (let n = first; !isOver; n += 7) {
      await act(n);
      // Failures at once must not starve the sockets.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const done = Promise.all(Array.from({ length: 16 }, (_, n) => worker(n)));
  return {
    good: () => good,
    async stop() {
      isOver = true;
      await done;
      return { wrong, longestMs, codes };
    },
  };
}

const allowed = ['CACHE_UNAVAILABLE', 'CACHE_TIMEOUT'];

describe('kill -9 of a server under load', () => {
  it('is survived, with one line for the end and one for the return', async () => {
    await start(3);
    const [victim, ...others] = servers as [TestMemcached, TestMemcached, TestMemcached];
    const load = startLoad();
    await until(() => load.good() > 500, 10_000, 'load');
    await victim.stop('SIGKILL');
    await until(() => lines.length === 1, 10_000, 'the line');
    const before = load.good();
    await until(() => load.good() > before + 500, 10_000, 'service of the other servers');
    servers = [await startMemcached({ port: victim.port }), ...others];
    await until(() => lines.length === 2, 10_000, 'the return');
    const { wrong, longestMs, codes } = await load.stop();
    expect(wrong).toBe(0);
    expect(longestMs).toBeLessThan(PATIENT_MS + SLACK_MS);
    expect(allowed).toEqual(expect.arrayContaining([...codes]));
    expect(lines[0]).toContain(`${nameOf(victim)} is down: `);
    expect(lines[1]).toContain(`${nameOf(victim)} is back`);
    expect(lines).toHaveLength(2);
  });
});

describe('SIGSTOP of a server under load', () => {
  it('costs the deadline once, and its answers of before are nobody’s after', async () => {
    await start(1, STRICT_MS);
    const [victim] = servers as [TestMemcached];
    const load = startLoad();
    await until(() => load.good() > 500, 10_000, 'load');
    await victim.pause();
    await until(() => lines.length === 1, 10_000, 'the line');
    const begun = performance.now();
    for (let n = 0; n < 100; n += 1)
      await expect(cache.get(key(n))).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
    expect(performance.now() - begun).toBeLessThan(STRICT_MS + SLACK_MS);
    // Ten seconds of silence, as a machine that swaps has them.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    victim.resume();
    await until(() => lines.length === 2, 10_000, 'the return');
    const good = load.good();
    await until(() => load.good() > good + 500, 10_000, 'service');
    const { wrong, longestMs } = await load.stop();
    expect(wrong).toBe(0);
    expect(longestMs).toBeLessThan(STRICT_MS + SLACK_MS);
    expect(lines).toHaveLength(2);
  }, 60_000);
});

describe('a server that is not there', () => {
  it('costs nothing per call, and others answer for their keys', async () => {
    await start(2);
    const away = { host: '127.0.0.1', port: await freePort() };
    await cache.close();
    cache = createMemcacheCache({
      ...patient,
      servers: [...servers, away],
      log: (_, text) => lines.push(text),
    });
    const keys = Array.from({ length: 300 }, (_, n) => key(n));
    await Promise.allSettled(keys.map((each) => cache.set(each, each)));
    const answers = await cache.getMany(keys);
    const outcomes = answers.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'miss')).toEqual([]);
    expect(outcomes.filter((outcome) => outcome === 'value').length).toBeGreaterThan(100);
    expect(outcomes.filter((outcome) => outcome === 'error').length).toBeGreaterThan(30);
    expect(lines).toHaveLength(1);
    expect(cache.servers().map(({ isDown }) => isDown)).toEqual([false, false, true]);
  });

  it('is left out of the ring of the living, where ProFTPD looks meanwhile', async () => {
    await start(2);
    const away = { host: '127.0.0.1', port: await freePort() };
    await cache.close();
    cache = createMemcacheCache({ ...patient, servers: [servers[0]!, away, servers[1]!] });
    const living = cache.withoutDeadServers().scoped(Buffer.from('mod_ban.'));
    const asProftpd = createMemcacheCache({ ...patient, servers }).scoped(Buffer.from('mod_ban.'));
    const keys = Array.from({ length: 100 }, (_, n) => key(n));
    // Nobody knows yet who is down.
    await Promise.allSettled(keys.map((each) => living.get(each)));
    await Promise.all(keys.map((each) => living.set(each, each)));
    const answers = await asProftpd.getMany(keys);
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['value']));
  });
});

describe('a restart', () => {
  it('takes no new entry for the one that was seen before, though memcached numbers both alike', async () => {
    await start(1);
    const [victim] = servers as [TestMemcached];
    await cache.set(key(1), Buffer.from('before'));
    const seen = await cache.getEntry(key(1));
    await victim.stop('SIGKILL');
    servers = [await startMemcached({ port: victim.port })];
    await until(
      () =>
        cache.set(key(1), Buffer.from('behind')).then(
          () => true,
          () => false,
        ),
      10_000,
      'the return',
    );
    expect(await cache.replace(key(1), seen!.version, Buffer.from('wrong'))).toBe(false);
    expect(Buffer.from((await cache.get(key(1)))!).toString()).toBe('behind');
  });
});

describe('a stall of our own', () => {
  it('is not taken for silence of the server', async () => {
    await start(1, STRICT_MS);
    await cache.get(key(1), { deadlineMs: PATIENT_MS });
    const asked = [1, 2].map((n) => cache.get(key(n), { deadlineMs: PATIENT_MS }));
    // The requests go out, and then nothing is read for longer than a server may be silent.
    await new Promise((resolve) => setImmediate(resolve));
    const end = performance.now() + STRICT_MS * 1.5;
    while (performance.now() < end);
    expect(await Promise.all(asked)).toEqual([undefined, undefined]);
    expect(lines).toEqual([]);
  });
});

describe('a server without room', () => {
  it('says so, and what was there is not taken for the new value', async () => {
    await start(1, PATIENT_MS, ['-m', '1', '-M', '-I', '512k']);
    const full = async (n: number): Promise<boolean> => {
      try {
        await cache.set(key(n), Buffer.alloc(100_000, 'x'), { deadlineMs: 5000 });
        return false;
      } catch (error) {
        expect(isCacheError(error, 'CACHE_FULL')).toBe(true);
        return true;
      }
    };
    let at = 0;
    while (!(await full(at))) at += 1;
    expect(at).toBeLessThan(1000);
    expect(await cache.get(key(at))).toBeUndefined();
    await cache.delete(key(0));
    expect(await full(at)).toBe(false);
    expect(lines).toEqual([]);
  });
});

import { CacheError, type Cache } from '@ftpd/cache';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { TlsSessionEvent } from '../src/index.ts';
import { session12 } from './fixtures/sessions.ts';
import {
  byId,
  byTicket12,
  byTicket13,
  certificates,
  memory,
  openSessions,
  plainCache,
  secret,
  startNode,
  visit,
} from './pool.ts';

const keys = certificates();

/** Faults of a cache, by what its operations do. */
type Fault = 'throws' | 'is silent' | 'forgets' | 'answers nonsense';

/** A cache that can be made to fail. */
function faultyCache(): { cache: Cache; fail: (fault: Fault | undefined) => void } {
  const whole = plainCache(memory());
  let fault: Fault | undefined;
  const meet = async <Value>(
    act: () => Promise<Value>,
    nonsense: Value,
    deadlineMs = 60_000,
  ): Promise<Value> => {
    if (fault === 'throws') throw new CacheError('CACHE_UNAVAILABLE');
    if (fault === 'is silent')
      return await new Promise<Value>((_resolve, reject) => {
        setTimeout(reject, deadlineMs, new CacheError('CACHE_TIMEOUT')).unref();
      });
    return fault === undefined ? await act() : nonsense;
  };
  const { bus: _bus, ...plain } = whole;
  const nonsense = (): Buffer | undefined => (fault === 'forgets' ? undefined : Buffer.alloc(300, 0x30));
  const cache: Cache = {
    ...plain,
    get: (key, options) => meet(() => whole.get(key, options), nonsense(), options?.deadlineMs),
    getEntry: (key, options) => meet(() => whole.getEntry(key, options), undefined, options?.deadlineMs),
    set: (key, value, options) => meet(() => whole.set(key, value, options), undefined, options?.deadlineMs),
    add: (key, value, options) => meet(() => whole.add(key, value, options), true, options?.deadlineMs),
    replace: (key, version, value, options) =>
      meet(() => whole.replace(key, version, value, options), true, options?.deadlineMs),
    delete: (key, options) => meet(() => whole.delete(key, options), true, options?.deadlineMs),
  };
  return {
    cache,
    fail: (next) => {
      fault = next;
    },
  };
}

const patience = { timeout: 10_000 };

const kinds = [
  ['TLS 1.2 by id', byId],
  ['TLS 1.2 by ticket', byTicket12],
  ['TLS 1.3', byTicket13],
] as const;

describe.each(['throws', 'is silent', 'forgets', 'answers nonsense'] as const)('a cache that %s', (fault) => {
  it.each(kinds)('costs a full handshake at the most: %s', async (_name, version) => {
    const { cache, fail } = faultyCache();
    const node = await startNode(keys, { cache, secret, deadlineMs: 50, maxNearSessions: 0 });
    const first = await visit(node.port, version);
    fail(fault);
    const second = await visit(node.port, { ...version, session: first.session });
    expect(second.error).toBeUndefined();
    // Tickets need no cache, once there are keys.
    expect(second.isResumed).toBe(version !== byId);
    const third = await visit(node.port, version);
    expect(third.answer).toEqual({ isResumed: false, isAuthorized: false });
    fail(undefined);
    await expect
      .poll(async () => {
        const { session } = await visit(node.port, version);
        return (await visit(node.port, { ...version, session })).isResumed;
      }, patience)
      .toBe(true);
  });

  it('is there from the start: servers start and serve', async () => {
    const { cache, fail } = faultyCache();
    fail(fault);
    const node = await startNode(keys, { cache, secret, deadlineMs: 50 });
    for (const [, version] of kinds) {
      const first = await visit(node.port, version);
      expect(first.answer?.isResumed).toBe(false);
      // What this process made, it resumes by itself.
      expect(await visit(node.port, { ...version, session: first.session })).toMatchObject({
        isResumed: true,
      });
    }
  });
});

describe('an outage', () => {
  it('is told once, and its end', async () => {
    const { cache, fail } = faultyCache();
    const events: TlsSessionEvent[] = [];
    const sessions = openSessions({
      cache,
      secret,
      maxNearSessions: 0,
      onEvent: (event) => events.push(event),
    });
    await sessions.ready();
    fail('throws');
    for (let count = 0; count < 5; count++) await sessions.find(Buffer.alloc(32, count));
    fail(undefined);
    await sessions.find(Buffer.alloc(32));
    const told = events.map(({ type }) => type).filter((type) => type === 'outage' || type === 'recovery');
    expect(told).toEqual(['outage', 'recovery']);
  });

  it('of a silent cache is waited for twice, and then not for a second', async () => {
    const { cache, fail } = faultyCache();
    let asked = 0;
    let nowMs = Date.now();
    const counting: Cache = { ...cache, get: (...all) => (asked++, cache.get(...all)) };
    const sessions = openSessions({ cache: counting, secret, deadlineMs: 10, now: () => nowMs });
    await sessions.ready();
    fail('is silent');
    for (let count = 0; count < 20; count++) await sessions.find(Buffer.alloc(32, count));
    expect(asked).toBe(2);
    nowMs += 1001;
    await sessions.find(Buffer.alloc(32, 9));
    expect(asked).toBe(3);
  });
});

describe('the events of a server', () => {
  const never = new Promise<never>(() => {});

  it.each(['a driver that never answers', 'a driver that throws at once'])(
    'are answered, with %s',
    async (name) => {
      const answer = (): Promise<never> => {
        if (name.includes('throws')) throw new Error('thrown');
        return never;
      };
      const cache: Cache = { ...plainCache(memory()), get: answer, set: answer };
      const sessions = openSessions({ cache, secret, deadlineMs: 20, maxNearSessions: 0 });
      const emitter = new EventEmitter();
      const detach = sessions.attach(emitter);
      const id = Buffer.alloc(32, 1);
      expect(
        await new Promise((resolve) =>
          emitter.emit('resumeSession', id, (...all: unknown[]) => resolve(all)),
        ),
      ).toEqual([null, null]);
      await new Promise<void>((resolve) => emitter.emit('newSession', id, session12, resolve));
      detach();
      expect(emitter.listenerCount('newSession') + emitter.listenerCount('resumeSession')).toBe(0);
    },
  );

  it('are answered for whatever comes', async () => {
    const sessions = openSessions({ cache: memory(), secret });
    const emitter = new EventEmitter();
    sessions.attach(emitter);
    for (const id of [Buffer.alloc(0), Buffer.alloc(33), Buffer.alloc(32)]) {
      await new Promise<void>((resolve) =>
        emitter.emit('newSession', id, Buffer.from('no session'), resolve),
      );
      const found = await new Promise((resolve) =>
        emitter.emit('resumeSession', id, (_error: unknown, session: unknown) => resolve(session)),
      );
      expect(found).toBeNull();
    }
  });
});

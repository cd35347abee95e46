import { createMemoryCache } from '@ftpd/cache';
import type { ModuleContext } from '@ftpd/module';
import type { TlsSessions, TlsSessionsOptions } from '@ftpd/tls-session';
import { describe, expect, it } from 'vitest';
import { configurationOf } from '../../../test/configuration-of.ts';
import { StartError } from '../../start-error.ts';
import { cacheModules, openSessionCache } from './session-cache.ts';
import { createSessionGroups } from './session-groups.ts';

const cache = createMemoryCache();

async function open(line: string, hasCache = true) {
  const configuration = await configurationOf(`${line}\n`);
  const directives = configuration.scope({ server: configuration.servers[0] });
  const logged: string[] = [];
  const asked: string[] = [];
  const context = {
    servers: [{ directives }],
    log: (_level: string, text: string) => logged.push(text),
    caches: {
      of: (name: string) => {
        asked.push(name);
        return Promise.resolve(hasCache ? cache : undefined);
      },
    },
  } as unknown as ModuleContext;
  const choice = await openSessionCache(context, (type) => type in cacheModules || type === 'mine');
  return { choice, logged, asked };
}

describe('TLSSessionCache', () => {
  it.each([
    ['', undefined, 1_800_000, undefined],
    ['TLSSessionCache off', undefined, 1_800_000, undefined],
    ['TLSSessionCache internal: 60', undefined, 60_000, undefined],
    ['TLSSessionCache shm:/file=/x', undefined, 1_800_000, undefined],
    ['TLSSessionCache memcache:', 'memcache', 1_800_000, { store: 'memcache', encoding: 'tpl' }],
    ['TLSSessionCache memcache:/JSON 5', 'memcache', 5000, { store: 'memcache', encoding: 'json' }],
    ['TLSSessionCache memcache:/xml', 'memcache', 1_800_000, { store: 'memcache', encoding: 'tpl' }],
    ['TLSSessionCache redis:/json', 'redis', 1_800_000, { store: 'redis', encoding: 'json' }],
    ['TLSSessionCache mine:', 'mine', 1_800_000, undefined],
  ])('%j asks for the cache %s', async (line, name, ttlMs, proftpd) => {
    const { choice, asked } = await open(line);
    expect(asked).toEqual(name === undefined ? [] : [name]);
    expect(choice).toEqual({ cache: name === undefined ? undefined : cache, ttlMs, proftpd });
  });

  it.each([
    [
      'memcache',
      "mod_tls_memcache: notice: unable to register 'memcache' SSL session cache: Memcache support not enabled",
    ],
    [
      'redis',
      "mod_tls_redis: notice: unable to register 'redis' SSL session cache: Redis support not enabled",
    ],
    ['mine', "mod_tls: notice: unable to register 'mine' SSL session cache: the cache is not available"],
  ])('%s that is not there is told, and memory stands in', async (type, notice) => {
    const { choice, logged } = await open(`TLSSessionCache ${type}: 60`, false);
    expect(choice).toEqual({ cache: undefined, ttlMs: 60_000, proftpd: undefined });
    expect(logged).toEqual([notice]);
  });

  it('of a type that nobody knows is an error with its line', async () => {
    await expect(open('TLSSessionCache other:')).rejects.toThrow(StartError);
    await expect(open('TLSSessionCache other:')).rejects.toThrow(
      "fatal: TLSSessionCache: session cache type 'other' not available on line 1 of '/t.conf'",
    );
  });
});

describe('the sessions of servers', () => {
  function groupsOf() {
    const made: TlsSessionsOptions[] = [];
    const closed: number[] = [];
    const groups = createSessionGroups(
      (options) => {
        const index = made.push(options) - 1;
        return {
          ready: () => Promise.resolve(),
          close: () => Promise.resolve(closed.push(index)),
        } as unknown as TlsSessions;
      },
      () => {},
    );
    return { groups, made, closed };
  }
  const choice = { cache, ttlMs: 60_000, proftpd: { store: 'memcache', encoding: 'tpl' } } as const;
  const policy = { choice, secret: undefined, ticketKeys: undefined } as const;
  const unverified = { trust: { clientVerification: 'none' } } as const;
  const strict = (scope: string) => ({ trust: { clientVerification: 'required', ca: 'A', scope } }) as const;

  it('are the same where the trust is the same, and shared with ProFTPD only without client certificates', async () => {
    const { groups, made } = groupsOf();
    groups.begin();
    const [a, b, c, d] = [
      await groups.of({ ...policy, ...unverified }),
      await groups.of({ ...policy, ...unverified }),
      await groups.of({ ...policy, ...strict('1') }),
      await groups.of({ ...policy, ...strict('2') }),
    ];
    expect(a).toBe(b);
    expect(new Set([a, c, d]).size).toBe(3);
    expect(made.map(({ proftpd }) => proftpd !== undefined)).toEqual([true, false, false]);
  });

  it('stay over a reload that asks for them again, and end with one that does not', async () => {
    const { groups, made, closed } = groupsOf();
    groups.begin()();
    const before = await groups.of({ ...policy, ...unverified });
    await groups.of({ ...policy, ...strict('1') });
    const keep = groups.begin();
    expect(await groups.of({ ...policy, ...unverified })).toBe(before);
    keep();
    expect([made.length, closed]).toEqual([2, [1]]);
    await groups.close();
    expect(closed).toEqual([1, 0]);
  });

  it('are others over another cache', async () => {
    const { groups } = groupsOf();
    const one = await groups.of({ ...policy, ...unverified });
    const other = await groups.of({
      ...policy,
      ...unverified,
      choice: { ...choice, cache: createMemoryCache() },
    });
    expect(one).not.toBe(other);
  });
});

import { createMemoryCache } from '@ftpd/cache';
import { expect, test } from 'vitest';
import { createBans, encodeProftpdBan, encodeProftpdKey, type Subject } from '../index.ts';
import { canonicalSubject, subjectOfId } from './subject.ts';

const host = (name: string, scope?: string): Subject => ({
  type: 'host',
  name,
  ...(scope === undefined ? {} : { scope }),
});

const scopes = { here: '192.0.2.1#21', there: '192.0.2.2#2121' } as const;

async function outcomeOf(bans: ReturnType<typeof createBans>, subject: Subject): Promise<string> {
  return (await bans.check([subject])).outcome;
}

test('a ban with a scope holds there only, one without everywhere', async () => {
  const bans = createBans();
  await bans.ban(host('10.0.0.1', scopes.here));
  await bans.ban(host('10.0.0.2'));
  expect(await outcomeOf(bans, host('10.0.0.1', scopes.here))).toBe('banned');
  expect(await outcomeOf(bans, host('10.0.0.1', scopes.there))).toBe('free');
  expect(await outcomeOf(bans, host('10.0.0.1'))).toBe('free');
  expect(await outcomeOf(bans, host('10.0.0.2', scopes.there))).toBe('banned');
  expect((await bans.list()).map(({ subject }) => subject)).toEqual([
    host('10.0.0.1', scopes.here),
    host('10.0.0.2'),
  ]);
  await bans.permit(host('10.0.0.1', scopes.here));
  expect(await outcomeOf(bans, host('10.0.0.1', scopes.here))).toBe('free');
  await bans.close();
});

test('what happens in a scope is counted there, and an allow list is for all of them', async () => {
  const bans = createBans({
    rules: [{ events: 'e', limit: 2, windowMs: 60_000 }],
    allow: [host('10.0.0.9')],
  });
  await bans.report('e', host('10.0.0.1', scopes.here));
  expect(await bans.report('e', host('10.0.0.1', scopes.there))).toMatchObject({ outcome: 'counted' });
  expect(await bans.report('e', host('10.0.0.1', scopes.here))).toMatchObject({ outcome: 'banned' });
  expect(await outcomeOf(bans, host('10.0.0.1', scopes.there))).toBe('free');
  expect(await bans.ban(host('10.0.0.9', scopes.here))).toEqual({ outcome: 'allowed' });
  await bans.close();
});

test('a network has a scope, too, and sessions are told of it', async () => {
  const bans = createBans({ ipv6PrefixBits: 64 });
  const told: string[] = [];
  bans.watch([host('2001:db8::1', scopes.there)], () => told.push('there'));
  bans.watch([host('2001:db8::1', scopes.here)], () => told.push('here'));
  await bans.ban(host('2001:db8::2', scopes.here));
  expect(await outcomeOf(bans, host('2001:db8::3', scopes.here))).toBe('banned');
  expect(await outcomeOf(bans, host('2001:db8::3', scopes.there))).toBe('free');
  expect(told).toEqual(['here']);
  await bans.close();
});

test('ids with a scope are read as they were written, and nothing else is', () => {
  for (const subject of [host('10.0.0.1', scopes.here), { type: 'user', name: 'a]:b', scope: 'x' }] as const)
    expect(subjectOfId(canonicalSubject(subject).id)).toEqual(canonicalSubject(subject));
  for (const id of ['host[]:10.0.0.1', 'host[a b]:10.0.0.1', 'host[a:10.0.0.1', 'host[a]10.0.0.1'])
    expect(subjectOfId(id)).toBeUndefined();
  for (const scope of ['', 'a b', 'a[', 'x'.repeat(61)])
    expect(() => canonicalSubject({ type: 'user', name: 'a', scope })).toThrow(
      expect.objectContaining({ code: 'BAN_BAD_SUBJECT' }),
    );
});

test('with MatchServer the records of ProFTPD are about their server, without it about all', async () => {
  const cache = createMemoryCache();
  const key = encodeProftpdKey('json', 'host', '10.0.0.1') ?? new Uint8Array();
  const value = encodeProftpdBan('json', {
    type: 'host',
    name: '10.0.0.1',
    reason: 'r',
    message: '',
    updatedS: Math.floor(Date.now() / 1000),
    expiresS: 0,
    serverAddress: '192.0.2.1',
    serverPort: 21,
    serverId: 1,
  });
  await cache.set(Buffer.concat([Buffer.from('mod_ban.'), key]), value ?? new Uint8Array());
  const matching = createBans({ cache, proftpd: { encoding: 'json', isMatchingServer: true } });
  expect(await outcomeOf(matching, host('10.0.0.1', scopes.here))).toBe('banned');
  expect(await outcomeOf(matching, host('10.0.0.1', scopes.there))).toBe('free');
  await matching.close();
  const all = createBans({ cache, proftpd: { encoding: 'json' } });
  expect(await outcomeOf(all, host('10.0.0.1', scopes.there))).toBe('banned');
  await all.close();
  await cache.close();
});

test('what is banned in a scope is written for ProFTPD only where it matches servers', async () => {
  for (const isMatchingServer of [true, false]) {
    const cache = createMemoryCache();
    const bans = createBans({ cache, proftpd: { encoding: 'json', isMatchingServer } });
    await bans.ban(host('10.0.0.1', scopes.there));
    const key = encodeProftpdKey('json', 'host', '10.0.0.1') ?? new Uint8Array();
    const bytes = await cache.get(Buffer.concat([Buffer.from('mod_ban.'), key]));
    expect(bytes === undefined ? undefined : Buffer.from(bytes).toString()).toEqual(
      isMatchingServer ? expect.stringContaining('"ip_addr":"192.0.2.2"') : undefined,
    );
    await bans.close();
    await cache.close();
  }
});

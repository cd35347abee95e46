import { newPoolSecret, PoolSecret } from '@ftpd/cache';
import { describe, expect, test } from 'vitest';
import type { Ban, Subject } from '../src/index.ts';
import { createCutCache } from './cut-cache.ts';
import { bob, host, memory, open, rule } from './nodes.ts';

test('allow lists beat bans', async () => {
  const bans = open({
    rules: [{ ...rule, limit: 1 }],
    allow: [
      { type: 'host', name: '192.0.2.0/24' },
      { type: 'user', name: 'admin' },
    ],
  });
  expect(await bans.report('login-failed', host)).toEqual({ outcome: 'allowed' });
  expect(await bans.ban(host)).toEqual({ outcome: 'allowed' });
  expect(await bans.ban({ type: 'host', name: '192.0.0.0/8' })).toMatchObject({ outcome: 'banned' });
  expect(await bans.check([host])).toEqual({ outcome: 'free', basis: 'allowed' });
  expect(await bans.check([{ type: 'user@host', name: 'admin@192.1.1.1' }])).toMatchObject({
    outcome: 'free',
  });
  expect(await bans.check([{ type: 'host', name: '192.1.1.1' }])).toMatchObject({ outcome: 'banned' });
});

test('a name that is no subject is free, never an error', async () => {
  const bans = open({ rules: [rule] });
  const wrong: Subject = { type: 'user', name: 'x'.repeat(10_000) };
  expect(await bans.check([wrong, { type: 'host', name: '' }])).toMatchObject({ outcome: 'free' });
  expect(await bans.report('login-failed', wrong)).toEqual({ outcome: 'ignored' });
  await expect(bans.ban(wrong)).rejects.toMatchObject({ code: 'BAN_BAD_SUBJECT' });
});

describe('a pool', () => {
  test('permits from any node, and lists on all', async () => {
    const cache = memory();
    const [one, other] = [open({ cache, node: 'one' }), open({ cache, node: 'other' })];
    await one.ban(bob, { reason: 'spam', by: 'alice', message: 'go away', durationMs: 60_000 });
    await one.ban({ type: 'host', name: '10.0.0.0/8' });
    await other.refresh();
    expect((await other.list()).map(({ subject: { name } }) => name).toSorted()).toEqual([
      '10.0.0.0/8',
      'bob',
    ]);
    expect(await other.check([bob])).toMatchObject({
      ban: { reason: 'spam', by: 'alice', where: 'one', message: 'go away' },
    });
    expect(await one.ban(bob, { durationMs: 1000 })).toMatchObject({
      outcome: 'kept',
      ban: { reason: 'spam' },
    });
    expect(await other.permit(bob)).toMatchObject({ outcome: 'permitted', lifted: { by: 'alice' } });
    await one.refresh();
    expect(one.peek([bob])).toMatchObject({ outcome: 'free' });
    expect(await one.permit(bob)).toMatchObject({ outcome: 'not-banned' });
    expect(await one.ban(bob, { durationMs: 1000 })).toMatchObject({ outcome: 'banned' });
  });

  test('tells sessions of a ban that another node made, by address and by network', async () => {
    const cache = memory();
    const [one, other] = [open({ cache }), open({ cache })];
    const told: string[] = [];
    const watch = (name: string, subject: Subject): (() => void) =>
      other.watch([{ type: 'class', name: 'x' }, subject], (ban: Ban) =>
        told.push(`${name} ${ban.subject.name}`),
      );
    watch('bob', bob);
    watch('near', { type: 'host', name: '10.1.1.1' });
    watch('far', { type: 'host', name: '11.1.1.1' });
    watch('gone', bob)();
    await one.ban(bob);
    await one.ban({ type: 'host', name: '10.0.0.0/8' });
    await other.refresh();
    expect(told.toSorted()).toEqual(['bob bob', 'near 10.0.0.0/8']);
    watch('late', bob);
    await Promise.resolve();
    expect(told).toHaveLength(3);
  });

  test('gets its bans back when the cache has lost them', async () => {
    const first = createCutCache(memory());
    const one = open({ cache: first });
    await one.ban(bob);
    const lost = memory();
    Object.assign(first, createCutCache(lost));
    await one.refresh();
    const other = open({ cache: lost });
    expect(await other.check([bob])).toMatchObject({ outcome: 'banned' });
  });

  test('with a secret believes nothing that was not sealed with it', async () => {
    const cache = memory();
    const secret = PoolSecret.parse(newPoolSecret());
    const forger = open({ cache });
    await forger.ban(bob);
    const one = open({ cache, secret });
    expect(await one.check([bob])).toMatchObject({ outcome: 'free' });
    await one.ban(host);
    const other = open({ cache, secret });
    expect(await other.check([host])).toMatchObject({ outcome: 'banned' });
    await forger.refresh();
    expect(forger.peek([host])).toMatchObject({ outcome: 'free' });
  });
});

describe('in an outage', () => {
  test.each([
    ['open', { outcome: 'outage' }, { outcome: 'free', basis: 'outage' }],
    ['closed', { outcome: 'outage' }, { outcome: 'refused' }],
    ['local', { outcome: 'banned', isLocal: true }, { outcome: 'banned' }],
  ] as const)('%s is what it says, and bans that are known hold', async (outage, reported, checked) => {
    const cache = createCutCache(memory());
    const events: string[] = [];
    const bans = open({
      cache,
      outage,
      rules: [{ ...rule, limit: 1 }],
      onEvent: ({ type }) => events.push(type),
    });
    await bans.ban(bob);
    cache.isCut = true;
    await bans.refresh();
    expect(await bans.check([bob])).toMatchObject({ outcome: 'banned' });
    expect(await bans.report('login-failed', host)).toMatchObject(reported);
    expect(await bans.check([host])).toMatchObject(checked);
    expect(events).toContain('outage');
    cache.isCut = false;
    await bans.refresh();
    expect(events.at(-1)).toBe('recovered');
  });

  test('bans and permits wait for the cache, and reach the others then', async () => {
    const store = memory();
    const cache = createCutCache(store);
    const [one, other] = [open({ cache }), open({ cache: store })];
    await one.ban(bob);
    await other.refresh();
    cache.isCut = true;
    expect(await one.ban(host)).toMatchObject({ outcome: 'banned', isLocal: true });
    expect(await one.permit(bob)).toMatchObject({ outcome: 'permitted', isLocal: true });
    cache.isCut = false;
    await one.refresh();
    await other.refresh();
    expect(other.peek([bob])).toMatchObject({ outcome: 'free' });
    expect(other.peek([host])).toMatchObject({ outcome: 'banned' });
  });
});

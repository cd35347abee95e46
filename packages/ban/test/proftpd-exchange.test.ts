import { createMemoryCache, withNamespace, type Cache } from '@ftpd/cache';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createBans,
  decodeProftpdBan,
  encodeProftpdBan,
  encodeProftpdKey,
  type BanEvent,
  type Bans,
  type ProftpdBan,
  type ProftpdBanType,
  type ProftpdEncoding,
} from '../src/index.ts';

const patience = { timeout: 15_000 };
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

describe.each(['tpl', 'json'] as const)('with ProFTPD, as %s', (encoding: ProftpdEncoding) => {
  const setUp = (): { records: Cache; open: (onEvent?: (event: BanEvent) => void) => Bans } => {
    const cache = createMemoryCache();
    opened.unshift(cache);
    const open = (onEvent: (event: BanEvent) => void = () => {}): Bans => {
      const proftpd = { encoding, serverAddress: '10.0.0.1', serverPort: 21 };
      const bans = createBans({ cache, proftpd, mendMs: 50, pollMs: 50, onEvent });
      opened.unshift(bans);
      return bans;
    };
    return { records: withNamespace(cache, 'mod_ban.'), open };
  };
  const keyOf = (type: ProftpdBanType, name: string): Uint8Array =>
    encodeProftpdKey(encoding, type, name) as Uint8Array;
  const nowS = (): number => Math.floor(Date.now() / 1000);
  const banOf = (type: ProftpdBanType, name: string, more: Partial<ProftpdBan> = {}): Uint8Array =>
    encodeProftpdBan(encoding, {
      type,
      name,
      reason: 'LoginRate autoban at Sun Nov 22 09:08:21 2026',
      message: '',
      updatedS: nowS(),
      expiresS: nowS() + 600,
      serverAddress: '10.0.0.9',
      serverPort: 21,
      serverId: 1,
      ...more,
    }) as Uint8Array;
  const bob = { type: 'user', name: 'bob' } as const;

  test('its bans of all four types hold here, and are in the list once met', async () => {
    const { records, open } = setUp();
    const subjects = [
      ['host', '192.0.2.1'],
      ['user', 'bob'],
      ['class', 'local'],
      ['user@host', 'bob@192.0.2.1'],
    ] as const;
    for (const [type, name] of subjects)
      await records.set(keyOf(type, name), banOf(type, name, { message: '%u' }));
    const bans = open();
    for (const [type, name] of subjects)
      expect(await bans.check([{ type, name }])).toMatchObject({
        ban: { subject: { type, name }, by: 'proftpd', where: '10.0.0.9#21', message: '%u' },
      });
    const other = open();
    await other.refresh();
    expect(await other.list()).toHaveLength(4);
  });

  test('ours are written for it, and removed by a permit', async () => {
    const { records, open } = setUp();
    const bans = open();
    await bans.ban(bob, { durationMs: 60_000, reason: 'why', message: 'm' });
    const written = decodeProftpdBan(encoding, (await records.get(keyOf('user', 'bob'))) as Uint8Array);
    expect(written).toMatchObject({
      type: 'user',
      name: 'bob',
      reason: 'why',
      message: 'm',
      serverAddress: '10.0.0.1',
      serverId: 1,
    });
    expect(written.expiresS - nowS()).toBeGreaterThan(50);
    await bans.permit(bob);
    expect(await records.get(keyOf('user', 'bob'))).toBeUndefined();
  });

  test('who listens is told what is written for it, what it has banned, and what has ended', async () => {
    const { records, open } = setUp();
    const told: string[] = [];
    const note = (event: BanEvent): void => {
      const { subject } = 'ban' in event ? event.ban : { subject: { name: '' } };
      const serverId = 'serverId' in event ? ` ${event.serverId}` : '';
      told.push(`${event.type} ${subject.name}${serverId}`);
    };
    const bans = open(note);
    await bans.ban(bob, { durationMs: 60_000 });
    await bans.ban(bob, { durationMs: 1000 });
    expect(told).toEqual(['banned bob', 'exported bob 1']);
    await bans.permit(bob);
    await records.set(keyOf('user', 'ann'), banOf('user', 'ann', { serverId: 3, expiresS: nowS() + 2 }));
    await bans.check([{ type: 'user', name: 'ann' }]);
    await expect.poll(() => told.slice(3), patience).toEqual(['banned ann 3', 'expired ann']);
  });

  test('ours come back when it removes or shortens them, unless they were lifted', async () => {
    const { records, open } = setUp();
    const bans = open();
    await bans.ban(bob);
    const restored = async (): Promise<number> => {
      const bytes = await records.get(keyOf('user', 'bob'));
      return bytes === undefined ? -1 : decodeProftpdBan(encoding, bytes).expiresS;
    };
    await records.delete(keyOf('user', 'bob'));
    await expect.poll(restored, patience).toBe(0);
    const short = banOf('user', 'bob', { updatedS: nowS() - 5 });
    await records.set(keyOf('user', 'bob'), short);
    await expect.poll(restored, patience).toBe(0);
    await bans.permit(bob);
    // Put back by somebody who did not know.
    await records.set(keyOf('user', 'bob'), short);
    await expect.poll(restored, patience).toBe(-1);
    expect(await bans.check([bob])).toMatchObject({ outcome: 'free' });
  });

  test('a session hears of its bans', async () => {
    const { records, open } = setUp();
    const bans = open();
    let told = '';
    bans.watch([bob], ({ by }) => (told = by));
    await bans.refresh();
    await records.set(keyOf('user', 'bob'), banOf('user', 'bob'));
    await expect.poll(() => told, patience).toBe('proftpd');
  });

  test('records that are cut, ended or of somebody else ban nobody', async () => {
    const { records, open } = setUp();
    const bans = open();
    const wrong = [
      banOf('user', 'bob').subarray(0, 40),
      banOf('user', 'bob', { expiresS: nowS() - 1 }),
      banOf('user', 'eve'),
      banOf('host', 'bob'),
      new Uint8Array(0),
    ];
    for (const [index, value] of wrong.entries()) {
      const name = index === 0 ? 'bob' : `bob${index}`;
      await records.set(keyOf('user', name), value);
      expect(await bans.check([{ type: 'user', name }])).toMatchObject({ outcome: 'free' });
    }
  });
});

import { createMemoryCache } from '@ftpd/cache';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBans, type BanEvent, type Subject } from '../src/index.ts';

let folder: string;
let journalPath: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ban-journal-'));
  journalPath = join(folder, 'bans');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const user = (name: string): Subject => ({ type: 'user', name });

test('bans outlive the node and its cache; the file is ours alone', async () => {
  const first = createBans({ journalPath });
  await first.ban(user('bob'), { reason: 'a "b"\n\udce9', message: 'm' });
  await first.ban(user('eve'));
  await first.permit(user('eve'));
  await first.close();
  expect(statSync(journalPath).mode & 0o777).toBe(0o600);
  const events: BanEvent[] = [];
  const second = createBans({ journalPath, onEvent: (event) => events.push(event) });
  expect(await second.check([user('bob')])).toMatchObject({ ban: { reason: 'a "b"\n\udce9', message: 'm' } });
  expect(await second.check([user('eve')])).toMatchObject({ outcome: 'free' });
  expect(events.every((event) => 'origin' in event && event.origin === 'journal')).toBe(true);
  await second.close();
});

test('a line that was cut at any byte costs that line only, and a damaged one itself', async () => {
  const first = createBans({ journalPath });
  await first.ban(user('bob'));
  await first.close();
  const line = readFileSync(journalPath);
  for (let length = 0; length < line.length; length += 1) {
    writeFileSync(journalPath, Buffer.concat([line, line.subarray(0, length)]));
    const next = createBans({ journalPath });
    expect(next.peek([user('bob')])).toMatchObject({ outcome: 'banned' });
    await next.close();
    expect(readFileSync(journalPath)).toEqual(line);
  }
  const damaged = line.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
  writeFileSync(journalPath, damaged);
  const last = createBans({ journalPath });
  expect(await last.check([user('bob')])).toMatchObject({ outcome: 'free' });
  await last.ban(user('eve'));
  await last.close();
  const again = createBans({ journalPath });
  expect(await again.check([user('eve')])).toMatchObject({ outcome: 'banned' });
  await again.close();
});

test('a node that was down merges with the pool before it tells: what was permitted meanwhile stays so', async () => {
  const before = createMemoryCache();
  const down = createBans({ cache: before, journalPath });
  await down.ban(user('bob'));
  await down.ban(user('eve'));
  await down.close();
  const other = createBans({ cache: before });
  await other.permit(user('bob'));
  const back = createBans({ cache: before, journalPath });
  await back.refresh();
  expect(back.peek([user('bob')])).toMatchObject({ outcome: 'free' });
  await back.close();
  // The cache starts anew, and only the node with the journal knows.
  const after = createMemoryCache();
  const alone = createBans({ cache: after, journalPath });
  await alone.refresh();
  const third = createBans({ cache: after });
  expect(await third.check([user('eve')])).toMatchObject({ outcome: 'banned' });
  expect(await third.check([user('bob')])).toMatchObject({ outcome: 'free' });
  for (const each of [other, alone, third, before, after]) await each.close();
});

test('is written anew when it is mostly history', async () => {
  const bans = createBans({ journalPath, now: Date.now });
  for (let round = 0; round < 600; round += 1) {
    await bans.ban(user('bob'));
    await bans.permit(user('bob'));
  }
  await bans.ban(user('bob'));
  await bans.close();
  expect(readFileSync(journalPath, 'utf8').split('\n').length).toBeLessThan(1100);
  const next = createBans({ journalPath });
  expect(next.peek([user('bob')])).toMatchObject({ outcome: 'banned' });
  await next.close();
});

test('a journal that is a link, a folder, or in no folder is refused; open rights are taken back', async () => {
  symlinkSync('/dev/null', join(folder, 'link'));
  for (const path of [join(folder, 'link'), folder, join(folder, 'no', 'bans')])
    expect(() => createBans({ journalPath: path })).toThrow(expect.objectContaining({ code: 'BAN_JOURNAL' }));
  writeFileSync(journalPath, '');
  chmodSync(journalPath, 0o666);
  await createBans({ journalPath }).close();
  expect(statSync(journalPath).mode & 0o777).toBe(0o600);
});

test('a disk that fails is told, and costs no ban', async () => {
  const errors: BanEvent[] = [];
  const bans = createBans({ journalPath, onEvent: (event) => errors.push(event) });
  rmSync(folder, { recursive: true });
  expect(await bans.ban(user('bob'))).toMatchObject({ outcome: 'banned' });
  await bans.close();
  expect(errors.map(({ type }) => type)).toContain('journal-failed');
  folder = mkdtempSync(join(tmpdir(), 'ban-journal-'));
  appendFileSync(join(folder, 'x'), '');
});

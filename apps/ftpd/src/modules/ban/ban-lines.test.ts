import type { Ban } from '@ftpd/ban';
import { expect, it } from 'vitest';
import { banLines } from './ban-lines.ts';
import { banTime } from './ban-text.ts';

const madeMs = 1_795_338_000_000;
const endMs = madeMs + 4000;
const ban: Ban = {
  subject: { type: 'user@host', name: 'bob@192.0.2.1' },
  reason: 'LoginRate autoban',
  madeMs,
  endMs,
  by: 'rule',
  where: 'node',
  rule: 'LoginRate',
};
const proftpds: Ban = {
  subject: { type: 'class', name: 'local' },
  reason: 'LoginRate autoban',
  madeMs,
  by: 'proftpd',
  where: '192.0.2.9#2121',
};

it.each([
  [
    { type: 'banned', ban, origin: 'here' },
    "added LoginRate-triggered autoban for user@host 'bob@192.0.2.1'",
  ],
  [{ type: 'exported', ban, serverId: 1 }, 'cache entry added for name bob@192.0.2.1, type 4, sid 1'],
  [{ type: 'expired', ban }, "ban for user@host 'bob@192.0.2.1' has expired (2 seconds ago)"],
  [
    { type: 'banned', ban: { ...proftpds, endMs, message: 'Later %u' }, origin: 'proftpd', serverId: 0 },
    `found cache entry for name local, type 1: version 2, update_ts ${banTime(madeMs)}, ip_addr 192.0.2.9, port 2121, be_type 1, be_name local, be_reason LoginRate autoban, be_message Later %u, be_expires ${banTime(endMs)}, be_sid 0`,
  ],
] as const)('says what ProFTPD says: %j', (event, line) => {
  expect(banLines(event, endMs + 2900)).toEqual({ lines: [line] });
});

it('has words of its own for what ProFTPD has not', () => {
  expect(banLines({ type: 'banned', ban: proftpds, origin: 'proftpd', serverId: 1 }).lines[0]).toContain(
    'be_expires never',
  );
  expect(banLines({ type: 'banned', ban: { ...ban, by: 'ann' }, origin: 'here' }).lines).toEqual([
    `added ban of user@host 'bob@192.0.2.1' by ann (LoginRate autoban; expires: ${banTime(endMs)})`,
  ]);
  expect(banLines({ type: 'banned', ban, origin: 'journal' }).lines).toEqual([]);
});

it('never tells of a ban that will have ended', () => {
  expect(banLines({ type: 'expired', ban }, madeMs).lines[0]).toContain('(0 seconds ago)');
});

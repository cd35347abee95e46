import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { BanEvent } from './ban.ts';
import { createWebhook, fail2banLine, nftablesCommand } from './sinks.ts';

const ban = {
  subject: { type: 'host', name: '192.0.2.1' },
  reason: 'why',
  madeMs: 0,
  endMs: 60_000,
  by: 'rule',
  where: 'n1',
  rule: 'login failed',
} as const;
const banned: BanEvent = { type: 'banned', ban, origin: 'here' };
const permitted: BanEvent = {
  type: 'permitted',
  subject: { type: 'host', name: '2001:db8::/32' },
  by: 'root',
  where: 'n1',
  reason: '',
  madeMs: 0,
  origin: 'here',
};

test('a line has its fields in order, and no name can make a second line or another field', () => {
  expect(fail2banLine(banned)).toBe(
    '1970-01-01T00:00:00.000Z ban host=192.0.2.1 by=rule where=n1 until=1970-01-01T00:01:00.000Z rule=login\\u0020failed',
  );
  expect(fail2banLine(permitted)).toBe('1970-01-01T00:00:00.000Z permit host=2001:db8::/32 by=root where=n1');
  const user = { ...ban, subject: { type: 'user', name: 'x\n host=1.2.3.4\u2028\udce9' } } as const;
  expect(fail2banLine({ ...banned, ban: user })).toContain('user=x\\u000a\\u0020host=1.2.3.4\\u2028\\udce9 ');
  expect(fail2banLine({ ...banned, origin: 'pool' })).toBeUndefined();
});

test('hosts go into sets of nftables, and out of them', () => {
  const sets = { ipv4: 'inet filter b4', ipv6: 'inet filter b6' };
  expect(nftablesCommand(banned, sets, 30_000)).toBe('add element inet filter b4 { 192.0.2.1 timeout 30s }');
  expect(nftablesCommand(permitted, sets)).toBe('delete element inet filter b6 { 2001:db8::/32 }');
  expect(nftablesCommand({ type: 'recovered' }, sets)).toBeUndefined();
});

test('a webhook gets events as JSON, and its refusals are told', async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
    request.on('end', () => response.writeHead(bodies.length === 1 ? 204 : 500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const errors: unknown[] = [];
  const told = withResolvers();
  const webhook = createWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    maxPending: 2,
    onError: (error) => {
      errors.push(error);
      if (errors.length === 2) told.resolve();
    },
  });
  webhook(banned);
  webhook({ type: 'outage', error: new Error('gone') });
  webhook({ type: 'recovered' });
  await told.promise;
  expect(errors.map(String).toSorted()).toEqual([
    'Error: The webhook answered 500',
    'Error: Too many webhook requests are under way',
  ]);
  expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual(
    expect.arrayContaining([banned, { type: 'outage', error: 'gone' }]),
  );
  server.close();
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

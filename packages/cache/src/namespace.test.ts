import { expect, it } from 'vitest';
import { createMemoryCache } from './memory.ts';
import { withNamespace } from './namespace.ts';

it('namespaces keep apart what has the same key, under whole keys that start with the prefix', async () => {
  const whole = createMemoryCache();
  const [bans, sessions] = [withNamespace(whole, 'mod_ban.'), withNamespace(whole, Buffer.of(0, 255))];
  const key = Buffer.from('key');
  await bans.set(key, Buffer.from('ban'));
  await sessions.set(key, Buffer.from('session'));
  expect(String(Buffer.from((await bans.get(key)) ?? []))).toBe('ban');
  expect(await whole.get(Buffer.from('mod_ban.key'))).toEqual(Uint8Array.from(Buffer.from('ban')));
  expect(await whole.get(Buffer.concat([Buffer.of(0, 255), key]))).toBeDefined();
  expect(bans.capabilities.maxKeyBytes).toBe(242);
  expect((await bans.getMany([key, Buffer.from('no')])).map(({ outcome }) => outcome)).toEqual([
    'value',
    'miss',
  ]);
});

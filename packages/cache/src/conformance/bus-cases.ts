import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Cache, CacheBus } from '../cache.ts';
import { bytes, fails, inTime, newKey, pause, text, type ConformanceCase } from './case.ts';

function busOf(cache: Cache): CacheBus {
  assert.ok(cache.bus !== undefined, 'the cache has a bus');
  return cache.bus;
}

/** A listener, and what it heard. */
async function listen(bus: CacheBus, channel: string): Promise<{ heard: string[]; end: () => void }> {
  const heard: string[] = [];
  const end = await bus.subscribe(channel, (message) => void heard.push(text(message) ?? ''));
  return { heard, end };
}

async function until(condition: () => boolean): Promise<void> {
  await inTime(
    0,
    (async () => {
      while (!condition()) await pause(5);
    })(),
  );
}

export const busCases: readonly ConformanceCase[] = [
  {
    title: 'a message reaches all who listen on its channel, byte for byte, and nobody else',
    async run({ open }) {
      const [one, other] = [await open(), await open()];
      const listening = one.capabilities.isShared ? [one, one, other] : [one, one];
      const channel = `conformance.${randomUUID()}`;
      const listeners = await Promise.all(listening.map((cache) => listen(busOf(cache), channel)));
      const elsewhere = await listen(busOf(one), `${channel}.other`);
      const messages = [bytes('first'), newKey('\0\r\n'), new Uint8Array(), Buffer.alloc(8192, 'm')];
      for (const message of messages) await busOf(one).publish(channel, message);
      await busOf(one).publish(`${channel}.other`, bytes('end'));
      await until(() => elsewhere.heard.length > 0 && listeners.every(({ heard }) => heard.length >= 4));
      for (const { heard } of listeners) assert.deepEqual(heard, messages.map(text));
      assert.deepEqual(elsewhere.heard, ['end']);
    },
  },
  {
    title: 'who ends a subscription hears nothing more, and others still do',
    async run({ open }) {
      const bus = busOf(await open());
      const channel = `conformance.${randomUUID()}`;
      const [gone, left] = [await listen(bus, channel), await listen(bus, channel)];
      gone.end();
      gone.end();
      await bus.publish(channel, bytes('late'));
      await until(() => left.heard.length > 0);
      assert.deepEqual([gone.heard, left.heard], [[], ['late']]);
    },
  },
  {
    title: 'a channel or a message that makes no sense is refused, and so is everything after close',
    async run({ open }) {
      const cache = await open();
      const bus = busOf(cache);
      for (const channel of ['', 'two words', 'x'.repeat(201)]) {
        await fails(() => bus.publish(channel, bytes('x')), 'CACHE_BAD_OPTION');
        await fails(() => bus.subscribe(channel, () => {}), 'CACHE_BAD_OPTION');
      }
      await fails(() => bus.publish('channel', Buffer.alloc(8193)), 'CACHE_BAD_VALUE');
      await cache.close();
      await fails(() => bus.publish('channel', bytes('x')), 'CACHE_CLOSED');
      await fails(() => bus.subscribe('channel', () => {}), 'CACHE_CLOSED');
    },
  },
];

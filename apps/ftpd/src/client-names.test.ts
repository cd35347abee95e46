import { describe, expect, it } from 'vitest';
import { createClientNames, type NameQueries } from './client-names.ts';

const zone: Readonly<Record<string, readonly string[]>> = {
  'good.example': ['192.0.2.1'],
  'liar.example': ['198.51.100.9'],
};
const reverse: Readonly<Record<string, readonly string[]>> = {
  '192.0.2.1': ['good.example'],
  '192.0.2.2': ['liar.example'],
};

function counting(): NameQueries & { asked: number } {
  return {
    asked: 0,
    async reverse(address) {
      this.asked += 1;
      const names = reverse[address];
      if (names === undefined) throw new Error('ENOTFOUND');
      return names;
    },
    forward: async (name) => zone[name] ?? [],
  };
}

describe('createClientNames', () => {
  it('takes a name that leads back, and no other', async () => {
    const names = createClientNames({ queries: counting() });
    expect(await names.find('192.0.2.1')).toBe('good.example');
    expect(await names.find('192.0.2.2')).toBeUndefined();
    expect(await names.find('192.0.2.3')).toBeUndefined();
    expect(names.known('192.0.2.1')).toBe('good.example');
  });

  it('asks once for as long as an answer holds, also for no answer', async () => {
    let time = 0;
    const queries = counting();
    const names = createClientNames({ queries, keptMs: 1000, now: () => time });
    await Promise.all([names.find('192.0.2.3'), names.find('192.0.2.3')]);
    await names.find('192.0.2.3');
    expect(queries.asked).toBe(1);
    time = 1001;
    expect(names.known('192.0.2.1')).toBeUndefined();
    await names.find('192.0.2.3');
    expect(queries.asked).toBe(2);
  });

  it('gives up on a server that does not answer, and bounds the look-ups under way', async () => {
    const silent: NameQueries = { reverse: () => new Promise(() => {}), forward: async () => [] };
    const names = createClientNames({ queries: silent, deadlineMs: 5, maxUnderWay: 1 });
    const first = names.find('192.0.2.1');
    expect(await names.find('192.0.2.2')).toBeUndefined();
    expect(await first).toBeUndefined();
  });
});

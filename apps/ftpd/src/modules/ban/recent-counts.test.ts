import { expect, it } from 'vitest';
import { createRecentCounts } from './recent-counts.ts';

const count = (event: string, source: string, times: number) => ({
  event,
  source,
  count: times,
  limit: 3,
  serverId: 1,
});

it('tells counts until their window ends, which began with the first event', () => {
  const counts = createRecentCounts();
  counts.note(count('e', 'a', 1), 1000, 0);
  counts.note(count('e', 'a', 2), 1000, 900);
  expect(counts.list(999)).toEqual([{ ...count('e', 'a', 2), endMs: 1000 }]);
  expect(counts.list(1000)).toEqual([]);
  counts.note(count('e', 'a', 1), 1000, 1500);
  expect(counts.list(2000)).toEqual([{ ...count('e', 'a', 1), endMs: 2500 }]);
});

it('forgets the oldest when there are too many', () => {
  const counts = createRecentCounts(2);
  for (const source of ['a', 'b', 'c']) counts.note(count('e', source, 1), 1000, 0);
  expect(counts.list(0).map(({ source }) => source)).toEqual(['b', 'c']);
});

import { AsyncLocalStorage } from 'node:async_hooks';
import { aroundEach } from 'vitest';

const ends = new AsyncLocalStorage<(() => unknown)[]>();

/** Each test has a list of its own, also where several run beside each other. */
aroundEach(async (runTest) => {
  const own: (() => unknown)[] = [];
  try {
    await ends.run(own, runTest);
  } finally {
    for (const end of own.toReversed()) await end();
  }
});

/** Called in a test, or before each: has something done after the test, the last thing first. */
export function atEnd(end: () => unknown): void {
  const own = ends.getStore();
  if (own === undefined) throw new Error('atEnd() belongs in a test or in beforeEach()');
  own.push(end);
}

import { describe, expect, it } from 'vitest';
import type { Cache } from '../src/cache.ts';
import { cacheConformance, type CacheConformanceOptions } from '../src/conformance.ts';
import { createMemoryCache } from '../src/memory.ts';
import { counterMutants } from './mutants/counter-mutants.ts';
import { entryMutants } from './mutants/entry-mutants.ts';
import { lifetimeMutants } from './mutants/lifetime-mutants.ts';
import type { Mutant } from './mutants/mutant.ts';
import { otherMutants } from './mutants/other-mutants.ts';
import { outageMutants } from './mutants/outage-mutants.ts';
import { createRemoteCache, createRemoteStore, type RemoteStore } from './remote-store.ts';

const mutants: readonly Mutant[] = [
  ...outageMutants,
  ...entryMutants,
  ...counterMutants,
  ...lifetimeMutants,
  ...otherMutants,
];

type Tests = ReadonlyMap<string, () => Promise<void>>;

/** The tests of the suite by title, without running any. */
function testsOf(options: CacheConformanceOptions): Tests {
  const tests = new Map<string, () => Promise<void>>();
  cacheConformance(
    { describe: (_name, body) => body(), it: (title, body) => void tests.set(title, body) },
    'subject',
    options,
  );
  return tests;
}

function openersOf(open: (store: RemoteStore) => Cache): CacheConformanceOptions {
  const shared = createRemoteStore();
  return {
    open: () => open(shared),
    openUnreachable: () => open(createRemoteStore(false)),
    openPausable() {
      const store = createRemoteStore();
      return { cache: open(store), pause: () => store.pause(), resume: () => store.resume() };
    },
  };
}

/** A machine that stands still for a moment can hide from a test that an entry ended early; hardly three times. */
async function isNoticed(open: Mutant['open'], breaks: string): Promise<boolean> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const run = testsOf(openersOf(open)).get(breaks);
    if (run === undefined) return false;
    try {
      await run();
    } catch {
      return true;
    }
  }
  return false;
}

cacheConformance({ describe, it }, 'a remote store', openersOf(createRemoteCache));

describe('the conformance suite', () => {
  const whole = testsOf(openersOf(createRemoteCache));

  it('names each promise once', () => {
    expect(whole.size).toBeGreaterThan(50);
  });

  describe.concurrent('notices a driver that', () => {
    it.each(mutants)('$fault', async ({ open, breaks }: Mutant) => {
      expect([...whole.keys()]).toContain(breaks);
      expect(await isNoticed(open, breaks)).toBe(true);
    });
  });

  it('fails a test whose opener is neither given nor excused', async () => {
    const tests = testsOf({ open: () => createMemoryCache() });
    await expect(tests.get('after the silence the cache works again by itself')?.()).rejects.toThrow(
      'give openPausable, or skip this test with a reason',
    );
  });

  const skipOf = (tests: readonly string[], reason = 'so it is'): Tests =>
    testsOf({ open: () => createMemoryCache(), skip: [{ reason, tests }] });
  const check = 'has only tests that exist in `skip`, each with a reason';

  it('shows the reason of every skip', () => {
    const titles = [...skipOf(['outages', 'a missing key is a miss, and no error']).keys()];
    expect(titles).toContain('does not keep: a missing key is a miss, and no error (so it is)');
    expect(titles).toContain('is not asked: after the silence the cache works again by itself (so it is)');
  });

  it('fails on a skip of what is kept', async () => {
    const tests = skipOf(['a missing key is a miss, and no error']);
    await expect(
      tests.get('does not keep: a missing key is a miss, and no error (so it is)')?.(),
    ).rejects.toThrow('Missing expected rejection');
  });

  it('fails on a skip that names no test, or gives no reason', async () => {
    await expect(skipOf(['no such test']).get(check)?.()).rejects.toThrow('no test is called "no such test"');
    await expect(skipOf([]).get(check)?.()).rejects.toThrow('no test is named');
    await expect(skipOf(['outages'], ' ').get(check)?.()).rejects.toThrow('no reason is given');
    await skipOf(['outages']).get(check)?.();
  });
});

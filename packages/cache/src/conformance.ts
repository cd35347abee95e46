import assert from 'node:assert/strict';
import type { Cache } from './cache.ts';
import { argumentCases } from './conformance/argument-cases.ts';
import { busCases } from './conformance/bus-cases.ts';
import type {
  CacheOpeners,
  CaseSetting,
  ConformanceCase,
  OpenerName,
  PausableCache,
} from './conformance/case.ts';
import { closingCases } from './conformance/closing-cases.ts';
import { counterCases } from './conformance/counter-cases.ts';
import { entryCases } from './conformance/entry-cases.ts';
import { lifetimeCases } from './conformance/lifetime-cases.ts';
import { outageCases } from './conformance/outage-cases.ts';
import { versionCases } from './conformance/version-cases.ts';

export type { CacheOpeners, PausableCache };

/** The part of a test framework that the suite needs: those of vitest, node:test and jest fit. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
}

/** Promises that a driver can't keep, and why: titles of tests, or of whole groups. */
export interface ConformanceSkip {
  readonly reason: string;
  readonly tests: readonly string[];
}

export interface CacheConformanceOptions extends CacheOpeners {
  /** Those tests have to fail (or have no opener), and show the reason. */
  readonly skip?: readonly ConformanceSkip[];
}

const groups: Readonly<Record<string, readonly ConformanceCase[]>> = {
  entries: entryCases,
  versions: versionCases,
  counters: counterCases,
  lifetimes: lifetimeCases,
  arguments: argumentCases,
  closing: closingCases,
  outages: outageCases,
  bus: busCases,
};

/**
 * Every promise of the cache contract, as a test each.
 * @param framework - `{ describe, it }` of the test framework.
 * @param name - The driver's.
 */
export function cacheConformance(
  framework: TestFramework,
  name: string,
  options: CacheConformanceOptions,
): void {
  const { describe, it } = framework;
  const { skip = [] } = options;
  const reasonOf = (group: string, title: string): string | undefined =>
    skip.find(({ tests }) => tests.includes(group) || tests.includes(title))?.reason;
  describe(`${name} keeps the promises of a cache`, () => {
    for (const [group, cases] of Object.entries(groups)) {
      const runs =
        group === 'lifetimes' ? sideBySide(cases, options, group, reasonOf) : alone(cases, options);
      describe(group, () => {
        for (const each of cases) {
          const reason = reasonOf(group, each.title);
          const run = runs.get(each)!;
          if (reason === undefined) it(each.title, run);
          else if (isMissing(each.needs, options))
            it(`is not asked: ${each.title} (${reason})`, async () => {});
          // A promise that is kept by now must not stay on the list.
          else it(`does not keep: ${each.title} (${reason})`, () => assert.rejects(run()));
        }
      });
    }
    it('has only tests that exist in `skip`, each with a reason', async () => {
      const known = new Set(
        Object.entries(groups).flatMap(([group, cases]) => [group, ...cases.map(({ title }) => title)]),
      );
      for (const { reason, tests } of skip) {
        assert.notEqual(reason.trim(), '', `no reason is given for ${tests.join(', ')}`);
        assert.ok(tests.length > 0, `no test is named for the reason ${JSON.stringify(reason)}`);
        for (const title of tests) assert.ok(known.has(title), `no test is called ${JSON.stringify(title)}`);
      }
    });
  });
}

type Run = () => Promise<void>;

function alone(cases: readonly ConformanceCase[], options: CacheOpeners): Map<ConformanceCase, Run> {
  return new Map(cases.map((each) => [each, () => runCase(each, options)]));
}

/** Cases that mostly wait: the first one that is run starts them all. */
function sideBySide(
  cases: readonly ConformanceCase[],
  options: CacheOpeners,
  group: string,
  reasonOf: (group: string, title: string) => string | undefined,
): Map<ConformanceCase, Run> {
  const asked = cases.filter(({ title }) => reasonOf(group, title) === undefined);
  let running: Map<ConformanceCase, Promise<void>> | undefined;
  const start = (): Map<ConformanceCase, Promise<void>> => {
    const started = new Map(asked.map((each) => [each, runCase(each, options)]));
    // Each is awaited in its own test, which may come after it has failed.
    for (const promise of started.values()) promise.catch(() => {});
    return started;
  };
  return new Map(
    cases.map((each) => [each, () => (running ??= start()).get(each) ?? runCase(each, options)]),
  );
}

function isMissing(needs: OpenerName | undefined, options: CacheOpeners): boolean {
  return needs !== undefined && options[needs] === undefined;
}

async function runCase(each: ConformanceCase, options: CacheOpeners): Promise<void> {
  const opened: Cache[] = [];
  const keep = (cache: Cache): Cache => {
    opened.push(cache);
    return cache;
  };
  const opener = <Name extends OpenerName>(name: Name): NonNullable<CacheOpeners[Name]> => {
    const open = options[name];
    assert.ok(open !== undefined, `give ${name}, or skip this test with a reason`);
    return open;
  };
  const setting: CaseSetting = {
    open: async () => keep(await options.open()),
    openUnreachable: async () => keep(await opener('openUnreachable')()),
    async openPausable() {
      const pausable = await opener('openPausable')();
      keep(pausable.cache);
      return pausable;
    },
  };
  try {
    await each.run(setting);
  } finally {
    await Promise.all(opened.map((cache) => cache.close()));
  }
}

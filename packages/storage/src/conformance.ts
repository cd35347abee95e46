import assert from 'node:assert/strict';
import { at, fails, makeFolder, put, type CaseSetting, type ConformanceCase, type ConformanceSetting } from './conformance/case.ts';
import { changingCases } from './conformance/changing-cases.ts';
import { namingCases } from './conformance/naming-cases.ts';
import { readingCases } from './conformance/reading-cases.ts';
import { symlinkCases } from './conformance/symlink-cases.ts';
import { viewCases } from './conformance/view-cases.ts';
import { writingCases } from './conformance/writing-cases.ts';

export type { ConformanceSetting };

/** The part of a test framework that the suite needs: vitest's and node:test's both fit. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
}

export interface StorageConformanceOptions {
  /** Makes a storage with an empty folder, for each test a new one. */
  readonly open: () => ConformanceSetting | Promise<ConformanceSetting>;
  /** Promises that this storage cannot keep, by the titles of the tests. They have to fail, and show the reason. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

const groups: Readonly<Record<string, readonly ConformanceCase[]>> = {
  'views': viewCases,
  'reading': readingCases,
  'writing': writingCases,
  'changing': changingCases,
  'symlinks': symlinkCases,
  'names': namingCases,
};

/** Every promise of the storage port, as a test each. */
export function storageConformance(framework: TestFramework, name: string, options: StorageConformanceOptions): void {
  const { describe, it } = framework;
  const reasons = new Map((options.skip ?? []).flatMap(({ reason, tests }) => tests.map((title) => [title, reason] as const)));
  describe(`${name} keeps the promises of a storage`, () => {
    for (const [group, cases] of Object.entries(groups)) {
      describe(group, () => {
        for (const each of cases) {
          const reason = reasons.get(each.title);
          if (reason === undefined) it(each.title, () => runCase(each, options));
          // A promise that is kept by now must not stay on the list.
          else it(`does not keep: ${each.title} (${reason})`, () => assert.rejects(runCase(each, options)));
        }
      });
    }
    it('names only tests that exist in `skip`, each with a reason', async () => {
      const titles = new Set(Object.values(groups).flatMap((cases) => cases.map((each) => each.title)));
      for (const [title, reason] of reasons) {
        assert.ok(titles.has(title), `no test is called ${JSON.stringify(title)}`);
        assert.notEqual(reason.trim(), '', `no reason is given for ${JSON.stringify(title)}`);
      }
    });
  });
}

async function runCase(each: ConformanceCase, options: StorageConformanceOptions): Promise<void> {
  const opened = await options.open();
  const { storage, identity } = opened;
  try {
    const setting = await prepare(opened);
    if (each.needs === undefined || storage.capabilities[each.needs]) await each.run(setting);
    else await refuses(each.needs, setting);
  } finally {
    await storage.close();
    await opened.cleanup?.();
  }
  async function prepare({ root }: ConformanceSetting): Promise<CaseSetting> {
    const outer = await storage.enter({ root, identity });
    await makeFolder(outer, '/jail');
    await makeFolder(outer, '/outside');
    await makeFolder(outer, '/outside/empty');
    await put(outer, '/outside/prey', 'prey');
    await put(outer, '/secret', 'secret');
    const jail = root === '/' ? '/jail' : `${root}/jail`;
    return { storage, identity, root: jail, outer, view: await storage.enter({ root: jail, identity }) };
  }
}

async function refuses(ability: NonNullable<ConformanceCase['needs']>, { view, identity }: CaseSetting): Promise<void> {
  await put(view, '/f');
  const operations = {
    symlinks: () => view.makeSymlink('f', at('/link')),
    modes: () => view.setMode(at('/f'), 0o600),
    groups: () => view.setGroup(at('/f'), identity.gid),
  };
  await fails(operations[ability](), 'STORAGE_UNSUPPORTED');
}

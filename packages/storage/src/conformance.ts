import assert from 'node:assert/strict';
import { accessCases } from './conformance/access-cases.ts';
import { at, fails, makeFolder, put } from './conformance/case.ts';
import type { AccessSetting, CaseSetting, ConformanceCase, ConformanceSetting } from './conformance/case.ts';
import { changingCases } from './conformance/changing-cases.ts';
import { namingCases } from './conformance/naming-cases.ts';
import { readingCases } from './conformance/reading-cases.ts';
import { symlinkCases } from './conformance/symlink-cases.ts';
import { viewCases } from './conformance/view-cases.ts';
import { writingCases } from './conformance/writing-cases.ts';
import type { Identity } from './storage.ts';

export type { ConformanceSetting };

/** The part of a test framework that the suite needs: vitest's and node:test's both fit. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
}

export interface StorageConformanceOptions {
  /** Makes a storage with an empty folder, for each test a new one. */
  readonly open: () => ConformanceSetting | Promise<ConformanceSetting>;
  /** A user who shares no number with the `identity` of `open`. Needed where the storage enforces identities. */
  readonly stranger?: Identity;
  /** Promises that this storage cannot keep, by the titles of the tests. They have to fail, and show the reason. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

interface Test {
  readonly title: string;
  readonly run: () => Promise<void>;
}

const groups: Readonly<Record<string, readonly ConformanceCase[]>> = {
  views: viewCases,
  reading: readingCases,
  writing: writingCases,
  changing: changingCases,
  symlinks: symlinkCases,
  names: namingCases,
};

/** Every promise of the storage port, as a test each. */
export function storageConformance(
  framework: TestFramework,
  name: string,
  options: StorageConformanceOptions,
): void {
  const { describe, it } = framework;
  const { stranger } = options;
  const tests = new Map<string, readonly Test[]>();
  for (const [group, cases] of Object.entries(groups))
    tests.set(
      group,
      cases.map((each) => testOf(each, options, async (setting) => setting)),
    );
  if (stranger !== undefined) {
    tests.set(
      'access',
      accessCases.map((each) => testOf(each, options, (setting) => withStranger(setting, stranger))),
    );
  }
  const reasons = new Map(
    (options.skip ?? []).flatMap((skip) => skip.tests.map((title) => [title, skip.reason] as const)),
  );
  describe(`${name} keeps the promises of a storage`, () => {
    for (const [group, members] of tests) {
      describe(group, () => {
        for (const { title, run } of members) {
          const reason = reasons.get(title);
          if (reason === undefined) it(title, run);
          // A promise that is kept by now must not stay on the list.
          else it(`does not keep: ${title} (${reason})`, () => assert.rejects(run()));
        }
      });
    }
    it('has only tests that exist in `skip`, each with a reason', async () => {
      const titles = new Set([...tests.values()].flat().map(({ title }) => title));
      for (const [title, reason] of reasons) {
        assert.ok(titles.has(title), `no test is called ${JSON.stringify(title)}`);
        assert.notEqual(reason.trim(), '', `no reason is given for ${JSON.stringify(title)}`);
      }
    });
    it('is tested with a stranger if it enforces identities', async () => {
      const { storage, cleanup } = await options.open();
      assert.equal(storage.capabilities.enforcesIdentity, stranger !== undefined);
      await storage.close();
      await cleanup?.();
    });
  });
}

function testOf<Setting extends CaseSetting>(
  each: ConformanceCase<Setting>,
  options: StorageConformanceOptions,
  complete: (setting: CaseSetting) => Promise<Setting>,
): Test {
  const run = async (): Promise<void> => {
    const opened = await options.open();
    try {
      const setting = await prepare(opened);
      const isAble = each.needs === undefined || opened.storage.capabilities[each.needs];
      await (isAble ? each.run(await complete(setting)) : refuses(each.needs, setting));
    } finally {
      await opened.storage.close();
      await opened.cleanup?.();
    }
  };
  return { title: each.title, run };
}

async function prepare({ storage, root, identity, makeFiles }: ConformanceSetting): Promise<CaseSetting> {
  const outer = await storage.enter({ root, identity });
  await makeFolder(outer, '/jail');
  await makeFolder(outer, '/outside');
  await makeFolder(outer, '/outside/empty');
  await put(outer, '/outside/prey', 'prey');
  await put(outer, '/secret', 'secret');
  const jail = root === '/' ? '/jail' : `${root}/jail`;
  const view = await storage.enter({ root: jail, identity });
  return {
    storage,
    identity,
    root: jail,
    outer,
    view,
    async makeFiles(names) {
      if (makeFiles === undefined) for (const name of names) await put(view, `/${name}`);
      else await makeFiles(jail, names);
    },
  };
}

async function withStranger(setting: CaseSetting, stranger: Identity): Promise<AccessSetting> {
  return {
    ...setting,
    stranger,
    theirs: await setting.storage.enter({ root: setting.root, identity: stranger }),
  };
}

async function refuses(
  ability: NonNullable<ConformanceCase['needs']>,
  { view, identity }: CaseSetting,
): Promise<void> {
  await put(view, '/f');
  const operations = {
    symlinks: () => view.makeSymlink('f', at('/link')),
    modes: () => view.setMode(at('/f'), 0o600),
    groups: () => view.setGroup(at('/f'), identity.gid),
  };
  await fails(operations[ability](), 'STORAGE_UNSUPPORTED');
}

import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Tests by outcome. A file or group that broke outside its tests, and each stray error, count as one failed. */
export function countTests(modules: readonly TestModule[], strayErrors: number): Counts {
  const counts = { passed: 0, failed: strayErrors, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // "pending" is left over when a run was broken off.
      counts[state === 'pending' ? 'failed' : state] += 1;
    }
    if (module.errors().length > 0) counts.failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1;
  }
  return counts;
}

/** Ends the output of a run with `N passed, N failed, N skipped`, a line that any machinery can read. */
export default class CountReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    strayErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const { passed, failed, skipped } = countTests(modules, strayErrors.length);
    const unexplained = reason !== 'passed' && failed === 0 && modules.length > 0 ? 1 : 0;
    // At exit, and not now: other reporters and vitest itself write after this.
    process.once('exit', () => {
      process.stdout.write(`${passed} passed, ${failed + unexplained} failed, ${skipped} skipped\n`);
    });
  }
}

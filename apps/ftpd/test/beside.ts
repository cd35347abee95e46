import { describe, type TestOptions } from 'vitest';

type Body<Case> = (each: Case) => void;

/**
 * Suites that run beside each other, as most of their time is waiting: each starts servers of its own, and its tests run
 * one after the other. With `concurrent` they also run beside their neighbours in the file that have it.
 * What belongs to a test lives in its suite, not in the file, or ends by `atEnd`; `expect.poll` is that of the test's
 * context.
 */
export function describeBeside<Case>(
  cases: readonly Case[],
): (name: string, ...rest: readonly [Body<Case>] | readonly [TestOptions, Body<Case>]) => void {
  return (name, ...rest) => {
    const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
    // Not beside what else the file has, unless that is asked for: too many would only take each other's time.
    describe('beside each other', { concurrent: options.concurrent === true }, () => {
      describe.for(cases)(`${name}`, { ...options, concurrent: true }, (each) => {
        describe('in turn', { concurrent: false }, () => {
          body(each);
        });
      });
    });
  };
}

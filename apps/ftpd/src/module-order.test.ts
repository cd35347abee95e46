import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModuleCycleError, orderModules, type Ordered } from './module-order.ts';

const names = (modules: readonly Ordered[]) => orderModules(modules).map(({ name }) => name);

describe('orderModules', () => {
  it('keeps the given order where nothing else is said', () => {
    expect(names([{ name: 'b' }, { name: 'a' }, { name: 'c' }])).toEqual(['b', 'a', 'c']);
  });

  it('moves a module before and after others', () => {
    expect(
      names([{ name: 'log', after: ['xfer'] }, { name: 'xfer' }, { name: 'ban', before: ['log', 'xfer'] }]),
    ).toEqual(['ban', 'xfer', 'log']);
  });

  it('does not mind modules that are not loaded', () => {
    expect(names([{ name: 'a', after: ['gone'], before: ['gone too'] }])).toEqual(['a']);
  });

  it('names the whole cycle', () => {
    const cycle = [
      { name: 'a', before: ['b'] },
      { name: 'b', before: ['c'] },
      { name: 'c', before: ['a'] },
    ];
    expect(() => orderModules(cycle)).toThrow(ModuleCycleError);
    expect(() => orderModules(cycle)).toThrow(
      /a before b before c before a|b before c before a before b|c before a before b before c/,
    );
    expect(() => orderModules([{ name: 'a', after: ['a'] }])).toThrow(ModuleCycleError);
  });

  it('gives every module once and honours every wish that has no cycle', () => {
    const modules = fc
      .array(fc.record({ rank: fc.nat(20), wishes: fc.array(fc.nat(20), { maxLength: 4 }) }), {
        maxLength: 12,
      })
      .map((rows) =>
        rows.map(({ rank, wishes }, at) => ({
          name: `m${at}`,
          rank,
          // Only wishes that follow the ranks, so that there is an order.
          after: wishes.filter((other) => (rows[other]?.rank ?? Infinity) < rank).map((other) => `m${other}`),
        })),
      );
    fc.assert(
      fc.property(modules, (given) => {
        const order = names(given);
        expect([...order].sort()).toEqual(given.map(({ name }) => name).sort());
        for (const { name, after } of given) {
          for (const earlier of after) expect(order.indexOf(earlier)).toBeLessThan(order.indexOf(name));
        }
      }),
      { numRuns: 60 },
    );
  });
});

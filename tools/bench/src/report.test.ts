import { describe, expect, it } from 'vitest';
import { median, rowOf, tableOf, type Scenario } from './report.ts';

const scenario: Scenario = {
  name: 'login',
  unit: 's',
  figures: { ours: [0.3, 0.1, 0.2], proftpd: [2, 3], pyftpdlib: [0.1, 0.1, 0.1] },
  goals: [
    { against: 'proftpd', atLeastTimes: 10 },
    { against: 'pyftpdlib', atLeastTimes: 1 },
    { atMost: 0.2 },
  ],
};

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([10, 1, 2, 4])).toBe(3);
    expect(median([7])).toBe(7);
  });
});

describe('a row of the report', () => {
  it('compares medians and says of each goal whether it is met', () => {
    const row = rowOf(scenario);
    expect(row.medians).toEqual({ ours: 0.2, proftpd: 2.5, pyftpdlib: 0.1 });
    expect(row.timesProftpd).toBeCloseTo(12.5);
    expect(row.timesPyftpdlib).toBeCloseTo(0.5);
    expect(row.goals.map(({ isMet }) => isMet)).toEqual([true, false, true]);
  });

  it('shows what is not met in capitals', () => {
    const [heading, line] = tableOf([rowOf(scenario)]).split('\n');
    expect(heading).toMatch(/^scenario +ours +proftpd +pyftpdlib/);
    expect(line).toMatch(/^login +0\.200 s +2\.500 s +0\.100 s +12\.50 +0\.50 /);
    expect(line).toContain('proftpd >= 10 x ours: met; pyftpdlib >= 1 x ours: NOT MET; <= 0.2 s: met');
  });
});

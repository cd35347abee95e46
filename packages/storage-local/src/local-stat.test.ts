import { lstatSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeStats, namesFor, remembered } from './local-stat.ts';

describe('remembered', () => {
  it('asks once for a number until the time is over', () => {
    let time = 1000;
    const asked: number[] = [];
    const find = remembered(
      (id) => (asked.push(id), id === 0 ? 'root' : undefined),
      60_000,
      () => time,
    );
    expect([find(0), find(0), find(7), find(7)]).toEqual(['root', 'root', undefined, undefined]);
    time += 59_999;
    find(0);
    expect(asked).toEqual([0, 7]);
    time += 1;
    find(0);
    expect(asked).toEqual([0, 7, 0]);
  });

  it('does not grow without end', () => {
    const asked: number[] = [];
    const find = remembered(
      (id) => (asked.push(id), 'x'),
      60_000,
      () => 0,
    );
    for (let id = 0; id < 5000; id += 1) find(id);
    find(0);
    expect(asked).toHaveLength(5001);
  });
});

describe('namesFor', () => {
  it('takes the system’s name, else that of the account', () => {
    const system = {
      userName: (uid: number) => (uid === 0 ? 'root' : undefined),
      groupName: () => undefined,
    };
    const names = namesFor({ user: 'me', uid: 1000, gid: 100, groups: [], group: 'users' }, system);
    expect([names.userName(0), names.userName(1000), names.userName(1001)]).toEqual([
      'root',
      'me',
      undefined,
    ]);
    expect([names.groupName(100), names.groupName(0)]).toEqual(['users', undefined]);
  });
});

describe('describeStats', () => {
  const names = { userName: () => undefined, groupName: () => undefined };

  it('tells devices apart from files', () => {
    expect(describeStats(lstatSync('/dev/null'), names).kind).toBe('other');
  });

  it('has no owner where there is no name', () => {
    expect(Object.keys(describeStats(lstatSync('/'), names))).not.toContain('owner');
  });
});

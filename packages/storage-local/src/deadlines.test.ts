import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadlines } from './deadlines.ts';

describe('deadlines', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const collected = (): { overdue: string[]; deadlines: Deadlines<string> } => {
    const overdue: string[] = [];
    return { overdue, deadlines: new Deadlines(100, (item) => overdue.push(item), Date.now) };
  };

  it('tell each item when its time is over, and none that was done', () => {
    const { overdue, deadlines } = collected();
    deadlines.add('a');
    vi.advanceTimersByTime(50);
    deadlines.add('b');
    deadlines.add('done');
    deadlines.delete('done');
    vi.advanceTimersByTime(49);
    expect(overdue).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(overdue).toEqual(['a']);
    vi.advanceTimersByTime(60);
    expect(overdue).toEqual(['a', 'b']);
  });

  it('begin again after a pause, and end with close', () => {
    const { overdue, deadlines } = collected();
    deadlines.add('a');
    deadlines.delete('a');
    vi.advanceTimersByTime(1000);
    deadlines.add('b');
    vi.advanceTimersByTime(101);
    expect(overdue).toEqual(['b']);
    deadlines.add('c');
    deadlines.close();
    vi.advanceTimersByTime(1000);
    expect(overdue).toEqual(['b']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

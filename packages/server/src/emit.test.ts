import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEmit } from './emit.ts';
import type { ServerEvent, ServerLog } from './hooks.ts';

const event = { name: 'LoginFailed', session: {} } as ServerEvent;

afterEach(() => {
  vi.useRealTimers();
});

describe('emit', () => {
  it('holds up nothing where nobody listens, or needs time', () => {
    expect(createEmit(undefined, () => {})(event)).toBeUndefined();
    const heard: ServerEvent[] = [];
    expect(
      createEmit(
        (one) => void heard.push(one),
        () => {},
      )(event),
    ).toBeUndefined();
    expect(heard).toEqual([event]);
  });

  it('waits for a listener that needs time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isOver = false;
    const emitted = createEmit(
      () => promise,
      () => {},
    )(event)?.then(() => {
      isOver = true;
    });
    await Promise.resolve();
    expect(isOver).toBe(false);
    resolve();
    await emitted;
    expect(isOver).toBe(true);
  });

  it('goes on when a listener fails, now or later, and says so', async () => {
    const log = vi.fn<ServerLog>();
    const failing = (): never => {
      throw new Error('at once');
    };
    expect(createEmit(failing, log)(event)).toBeUndefined();
    await createEmit(() => Promise.reject(new Error('later')), log)(event);
    expect(log.mock.calls.map(([level, text]) => [level, text] as unknown)).toEqual([
      ['error', 'event LoginFailed: Error: at once'],
      ['error', 'event LoginFailed: Error: later'],
    ]);
  });

  it('gives a late one up after 10 s', async () => {
    vi.useFakeTimers();
    const log = vi.fn<ServerLog>();
    const emitted = createEmit(() => new Promise(() => {}), log)(event);
    await vi.advanceTimersByTimeAsync(10_000);
    await emitted;
    expect(log).toHaveBeenCalledWith('error', 'event LoginFailed: no answer in time', event.session);
  });
});

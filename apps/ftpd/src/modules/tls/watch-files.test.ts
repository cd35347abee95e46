import { afterEach, describe, expect, it, vi } from 'vitest';
import { configurationOf } from '../../../test/configuration-of.ts';
import { watchFiles } from './watch-files.ts';
import { unknownStamp } from './tls-files.ts';

const intervalMs = 100;

afterEach(() => {
  vi.useRealTimers();
});

/** Stamps of two files, and what was told of their changes. */
async function watched(first: readonly string[]) {
  vi.useFakeTimers();
  const configuration = await configurationOf('TLSRSACertificateFile /a\nTLSRSACertificateKeyFile /b\n');
  const directives = configuration.scope({ server: configuration.servers[0] });
  const state = { stamps: first, changes: 0, fails: false };
  const watch = watchFiles({
    files: {
      stamps: (paths) => {
        expect(paths).toEqual(['/a', '/b']);
        return state.fails ? Promise.reject(new Error('gone')) : Promise.resolve(state.stamps);
      },
    },
    servers: [{ directives }],
    intervalMs,
    onChange: () => {
      state.changes += 1;
      return Promise.resolve();
    },
  });
  const pass = async (times = 1): Promise<void> => {
    await vi.advanceTimersByTimeAsync(times * intervalMs);
  };
  await pass();
  return {
    state,
    pass,
    close: () => watch.close(),
  };
}

describe('watched files', () => {
  it('are quiet while nothing changes', async () => {
    const { state, pass, close } = await watched(['1', '1']);
    await pass(5);
    expect(state.changes).toBe(0);
    close();
  });

  it('are read once when a change has lasted, and not while it goes on', async () => {
    const { state, pass, close } = await watched(['1', '1']);
    state.stamps = ['2', '1'];
    await pass();
    expect(state.changes).toBe(0);
    state.stamps = ['2', '2'];
    await pass();
    expect(state.changes).toBe(0);
    await pass(4);
    expect(state.changes).toBe(1);
    close();
  });

  it('that are away for a moment and come back as they were are no change', async () => {
    const { state, pass, close } = await watched(['1', '1']);
    state.stamps = ['', '1'];
    await pass();
    state.stamps = ['1', '1'];
    await pass(4);
    expect(state.changes).toBe(0);
    close();
  });

  it('that this process may not look at are as they were', async () => {
    const { state, pass, close } = await watched(['1', '1']);
    state.stamps = [unknownStamp, '1'];
    await pass(4);
    expect(state.changes).toBe(0);
    close();
  });

  it('are looked at again after looking failed', async () => {
    const { state, pass, close } = await watched(['1', '1']);
    state.fails = true;
    await pass(3);
    Object.assign(state, { fails: false, stamps: ['2', '2'] });
    await pass(3);
    expect(state.changes).toBe(1);
    close();
    state.stamps = ['3', '3'];
    await pass(3);
    expect(state.changes).toBe(1);
  });
});

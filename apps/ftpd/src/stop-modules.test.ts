import { expect, it } from 'vitest';
import { stopModules } from './stop-modules.ts';

const tomorrowMs = 24 * 60 * 60 * 1000;

it('stops all at once, and waits for the last', async () => {
  const heard: string[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const stopping = stopModules(
    [
      {
        async stop() {
          heard.push('first begins');
          await held;
          heard.push('first ends');
        },
      },
      {},
      {
        stop() {
          heard.push('second');
          release();
        },
      },
    ],
    tomorrowMs,
  );
  await stopping;
  expect(heard).toEqual(['first begins', 'second', 'first ends']);
});

it('does not mind one that fails, and goes on with the others', async () => {
  let isStopped = false;
  await stopModules(
    [
      {
        stop() {
          throw new Error('at once');
        },
      },
      { stop: () => Promise.reject(new Error('later')) },
      {
        async stop() {
          await Promise.resolve();
          isStopped = true;
        },
      },
    ],
    tomorrowMs,
  );
  expect(isStopped).toBe(true);
});

it('leaves one that does not come to an end', async () => {
  const never = new Promise<void>(() => {});
  await expect(stopModules([{ stop: () => never }], 10)).resolves.toBeUndefined();
});

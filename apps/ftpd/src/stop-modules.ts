import { setTimeout as wait } from 'node:timers/promises';
import type { FtpdModule } from '@ftpd/module';

/** How long the end of the daemon waits for its modules. */
const longestMs = 1000;

/**
 * Ends what modules do beside sessions, all at once. What fails or takes longer is left as it is: no module holds up the
 * end. Never rejects.
 */
export async function stopModules(
  modules: readonly Pick<FtpdModule, 'stop'>[],
  deadlineMs: number = longestMs,
): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([
    Promise.allSettled(modules.map(async (module) => await module.stop?.())),
    wait(deadlineMs, undefined, { signal: waiting.signal }).catch(() => undefined),
  ]);
  waiting.abort();
}

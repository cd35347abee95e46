import type { Cache } from '@ftpd/cache';
import type { TicketKeys } from './ticket-keys.ts';

/** Looks at the pool's keys again and again, and as soon as somebody says that they have changed. */
export function startLooking(
  keys: TicketKeys,
  cache: Cache | undefined,
  pollMs: number,
  tag: string,
): { readonly ready: Promise<void>; close(): Promise<void> } {
  const channel = `ftpd.tls.keys.${tag}`;
  let isClosed = false;
  const look = (): void => {
    if (!isClosed) void keys.refresh();
  };
  const timer = setInterval(look, pollMs).unref();
  const ready = keys.refresh();
  const listening = cache?.bus?.subscribe(channel, look, look).catch(() => undefined);
  const unwatch = keys.watch(() => {
    if (!isClosed) cache?.bus?.publish(channel, new Uint8Array()).catch(() => undefined);
  });
  return {
    ready,
    async close() {
      isClosed = true;
      clearInterval(timer);
      unwatch();
      (await listening)?.();
      await ready;
    },
  };
}

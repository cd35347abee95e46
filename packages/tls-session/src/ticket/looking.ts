import type { Announcements } from './announcements.ts';
import type { TicketKeys } from './ticket-keys.ts';

/** Whoever can write to the store can say so as often as he likes. */
const hearingPauseMs = 100;

/** Looks at the pool's keys again and again, and as soon as somebody says that they have changed. */
export function startLooking(
  keys: TicketKeys,
  announcements: Announcements,
  pollMs: number,
): { readonly ready: Promise<void>; close(): Promise<void> } {
  const timer = setInterval(() => void keys.refresh(), pollMs).unref();
  const ready = keys.refresh();
  let heard: NodeJS.Timeout | undefined;
  announcements.listen(() => {
    heard ??= setTimeout(() => {
      heard = undefined;
      void keys.refresh();
    }, hearingPauseMs).unref();
  });
  return {
    ready,
    async close() {
      clearInterval(timer);
      clearTimeout(heard);
      await announcements.close();
      await ready;
    },
  };
}

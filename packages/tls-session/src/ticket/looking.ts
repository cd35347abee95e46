import type { Announcements } from './announcements.ts';
import type { TicketKeys } from './ticket-keys.ts';

/** Looks at the pool's keys again and again, and as soon as somebody says that they have changed. */
export function startLooking(
  keys: TicketKeys,
  announcements: Announcements,
  pollMs: number,
): { readonly ready: Promise<void>; close(): Promise<void> } {
  const timer = setInterval(() => void keys.refresh(), pollMs).unref();
  const ready = keys.refresh();
  announcements.listen(() => void keys.refresh());
  return {
    ready,
    async close() {
      clearInterval(timer);
      await announcements.close();
      await ready;
    },
  };
}

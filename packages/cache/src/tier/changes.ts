import type { Cache } from '../cache.ts';
import { Flights } from './flights.ts';
import type { NearStore } from './near-store.ts';

/** How long to wait before the bus is asked again to listen, in ms. */
const retryMs = 1000;

/** What a tier knows and has asked, and the news from other tiers that keep both right. */
export interface Changes {
  readonly flights: Flights;
  /** A key was written, or may have been: nobody may be given what was there. */
  changed(key: Uint8Array): void;
  /** Tells the other tiers. A hint: nobody waits for it. */
  tell(key: Uint8Array): void;
  stop(): void;
}

/** Starts to listen in the background, and goes on trying where the bus is away. */
export function listenForChanges(far: Cache, channel: string, near: NearStore): Changes {
  const flights = new Flights();
  let isStopped = false;
  let retry: NodeJS.Timeout | undefined;
  let end: (() => void) | undefined;

  const changed = (key: Uint8Array): void => {
    flights.divert(key);
    near.forget(key);
  };
  const allChanged = (): void => {
    flights.divertAll();
    near.forgetAll();
  };
  const listen = async (bus: NonNullable<Cache['bus']>): Promise<void> => {
    try {
      end = await bus.subscribe(channel, changed, allChanged);
      // What changed before the first message was told to others only.
      allChanged();
      if (isStopped) end();
    } catch {
      if (isStopped) return;
      retry = setTimeout(() => void listen(bus), retryMs);
      retry.unref();
    }
  };
  if (far.bus !== undefined) void listen(far.bus);

  return {
    flights,
    changed,
    tell(key) {
      far.bus?.publish(channel, key).catch(() => {});
    },
    stop() {
      isStopped = true;
      clearTimeout(retry);
      end?.();
    },
  };
}

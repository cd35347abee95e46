import type { Cache } from '@ftpd/cache';

/** Tells the other nodes that the pool's ring was written, where the cache can carry messages: they look at once then. */
export interface Announcements {
  announce(): void;
  /** @param onHeard - Also when messages may have been lost. */
  listen(onHeard: () => void): void;
  close(): Promise<void>;
}

export function createAnnouncements(cache: Cache | undefined, tag: string): Announcements {
  const channel = `ftpd.tls.keys.${tag}`;
  const bus = cache?.bus;
  let isClosed = false;
  let listening: Promise<(() => void) | undefined> | undefined;
  return {
    announce() {
      // They look every few seconds anyway.
      if (!isClosed) bus?.publish(channel, new Uint8Array()).catch(() => undefined);
    },
    listen(onHeard) {
      const hear = (): void => {
        if (!isClosed) onHeard();
      };
      listening = bus?.subscribe(channel, hear, hear).catch(() => undefined);
    },
    async close() {
      isClosed = true;
      (await listening)?.();
    },
  };
}

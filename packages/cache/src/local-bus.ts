import type { CacheBackendBus } from './backend.ts';

interface Listener {
  readonly onMessage: (message: Uint8Array) => void;
}

/** A bus for those who share this process. Messages arrive after the publisher's turn, each listener with a copy. */
export function createLocalBus(): CacheBackendBus {
  const channels = new Map<string, Set<Listener>>();
  return {
    publish(channel, message) {
      const listeners = channels.get(channel);
      if (listeners === undefined) return;
      const copy = Uint8Array.from(message);
      queueMicrotask(() => {
        for (const { onMessage } of listeners) onMessage(Uint8Array.from(copy));
      });
    },
    subscribe(channel, onMessage) {
      const listener = { onMessage };
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
      };
    },
  };
}

import type { CacheBackendBus } from '@ftpd/cache';
import { bytes } from './bytes.ts';
import { asSubscriberCount } from './replies.ts';
import type { Router } from './router.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Messages by Redis's publish and subscribe. */
export function createRedisBus(router: Router, subscriptions: Subscriptions): CacheBackendBus {
  return {
    publish(channel, message, call) {
      const name = Buffer.from(channel);
      const request = { name: 'PUBLISH', args: [name, bytes(message)], read: asSubscriberCount };
      return router.run(name, request, call);
    },
    subscribe: (channel, onMessage, onGap) => subscriptions.subscribe(channel, onMessage, onGap),
  };
}

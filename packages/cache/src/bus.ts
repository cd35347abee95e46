import { checkChannel, checkValue } from './arguments.ts';
import type { Answer, CacheBackendBus } from './backend.ts';
import { isPromise } from './call.ts';
import type { CallRunner } from './call-runner.ts';
import type { CacheBus } from './cache.ts';

/** Messages are hints, not data. */
export const maxMessageBytes = 8192;

/** The bus of a backend, with checks, deadlines, and no message after the end of a subscription. */
export function createBus(
  bus: CacheBackendBus,
  runner: CallRunner,
  own: (bytes: Uint8Array) => Uint8Array,
): CacheBus {
  return {
    publish: (channel, message, options) =>
      runner.run('publish', options, (call): Answer<void> => {
        checkChannel(channel);
        checkValue(message, maxMessageBytes);
        return bus.publish(channel, own(message), call);
      }),
    subscribe: (channel, onMessage, onGap = () => {}) =>
      runner.run('subscribe', undefined, (call): Answer<() => void> => {
        checkChannel(channel);
        let isListening = true;
        const answer = bus.subscribe(
          channel,
          (message) => {
            if (isListening) guard(() => onMessage(message));
          },
          () => {
            if (isListening) guard(onGap);
          },
          call,
        );
        const ended = (end: () => void) => (): void => {
          if (isListening) end();
          isListening = false;
        };
        if (!isPromise(answer)) return ended(answer);
        return answer.then((end) => {
          // Nobody will ever end what comes after the deadline.
          if (call.isOver) ended(end)();
          return ended(end);
        });
      }),
  };
}

/** A listener's error is its program's, and must not break the connection that brought the message. */
function guard(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

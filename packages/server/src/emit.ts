import type { EventListener, ServerLog } from './hooks.ts';
import type { ServerContext } from './server-context.ts';

/** How long a listener may hold up what comes next. */
const deadlineMs = 10_000;

/** Tells a listener; one that fails or is late is logged, and nothing more comes of it. */
export function createEmit(listener: EventListener | undefined, log: ServerLog): ServerContext['emit'] {
  if (listener === undefined) return () => undefined;
  return (event) => {
    const complain = (what: string): void => log('error', `event ${event.name}: ${what}`, event.session);
    try {
      const heard = listener(event);
      if (heard === undefined) return undefined;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          complain('no answer in time');
          resolve();
        }, deadlineMs);
        heard
          .catch((error: unknown) => complain(String(error)))
          .finally(() => {
            clearTimeout(timer);
            resolve();
          });
      });
    } catch (error) {
      complain(String(error));
      return undefined;
    }
  };
}

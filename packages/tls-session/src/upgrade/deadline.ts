import { TlsError } from '../errors.ts';

/** A time by which something has to be done, together with a signal that ends it earlier. */
export interface Deadline {
  /** Its reason is an TlsError or the outer signal's. */
  readonly signal: AbortSignal;
  clear(): void;
}

export function createDeadline(timeoutMs: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new TlsError('TLS_HANDSHAKE_TIMEOUT')), timeoutMs);
  const end = (): void => controller.abort(outer?.reason);
  if (outer?.aborted === true) end();
  else outer?.addEventListener('abort', end, { once: true });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', end);
    },
  };
}

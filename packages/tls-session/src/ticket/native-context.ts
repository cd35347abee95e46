import type { SecureContext } from 'node:tls';

/** `[outcome, HMAC key, AES key, name, IV]`: outcome -1 error, 0 unknown key, 1 good, 2 good and a new ticket is wanted. */
type KeyAnswer = readonly [number, Uint8Array, Uint8Array, Uint8Array?, Uint8Array?];

/** What Node.js has in `SecureContext.context`: nothing of it is documented but what reaches it through other objects. */
export interface NativeContext {
  setTicketKeys?(keys: Buffer): void;
  setSessionIdContext?(context: string): void;
  setSessionTimeout?(seconds: number): void;
  setOptions?(options: number): void;
  enableTicketKeyCallback?(): void;
  onticketkeycallback?: (name: Buffer, iv: Buffer, isSealing: boolean) => KeyAnswer;
}

export function nativeContext(context: SecureContext): NativeContext {
  return (context as { readonly context: NativeContext }).context;
}

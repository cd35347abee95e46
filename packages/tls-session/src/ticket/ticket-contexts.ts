import { randomBytes } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TicketContexts } from '../tls-sessions.ts';
import { nativeContext } from './native-context.ts';
import type { TicketKeys } from './ticket-keys.ts';
import { nameOf, nodeTicketKeys, type TicketKey } from './ticket-key.ts';

const nothing = Buffer.alloc(16);
/** All five parts, whatever the outcome is: Node.js ends the whole process for a part that is missing. */
const unknownKey = [0, nothing, nothing, nothing, nothing] as const;
const failed = [-1, nothing, nothing, nothing, nothing] as const;

/** Whether contexts of this Node.js ask for a key by its name, so that they open the tickets of all keys, and renew them. */
export function canAskForKeys(): boolean {
  return typeof nativeContext(createSecureContext()).enableTicketKeyCallback === 'function';
}

export interface ContextKeysOptions {
  readonly keys: TicketKeys;
  readonly canAsk: boolean;
  readonly onTicket: (isKnown: boolean) => void;
}

/** Gives contexts the ticket keys. */
export interface ContextKeys {
  follow(context: SecureContext): () => void;
  contexts(create: (ticketKeys: Buffer) => SecureContext): TicketContexts;
}

export function createContextKeys({ keys, canAsk, onTicket }: ContextKeysOptions): ContextKeys {
  const answer = (name: Uint8Array, isSealing: boolean): ReturnType<typeof sealed> => {
    if (isSealing) return sealed(keys.sealing());
    const key = keys.find(name);
    onTicket(key !== undefined);
    if (key !== undefined) return opened(key);
    keys.missed();
    return unknownKey;
  };

  const follow = (context: SecureContext): (() => void) => {
    const native = nativeContext(context);
    if (canAsk) {
      native.enableTicketKeyCallback?.();
      native.onticketkeycallback = (name, _iv, isSealing) => {
        try {
          return answer(name, isSealing);
        } catch {
          // It would end the process.
          return failed;
        }
      };
      return () => {};
    }
    const set = (): void => native.setTicketKeys?.(nodeTicketKeys(keys.sealing()));
    set();
    return keys.watch(set);
  };

  return {
    follow,
    contexts(create) {
      if (canAsk) {
        const context = create(nodeTicketKeys(keys.sealing()));
        const end = follow(context);
        return { contextFor: () => context, close: end };
      }
      const byName = new Map<string, SecureContext>();
      const contextOf = (key: TicketKey): SecureContext => {
        const name = nameOf(key);
        const context = byName.get(name) ?? create(nodeTicketKeys(key));
        byName.set(name, context);
        return context;
      };
      return {
        contextFor(keyName) {
          const key = keyName === undefined ? undefined : keys.find(keyName);
          if (keyName !== undefined) onTicket(key !== undefined);
          if (keyName !== undefined && key === undefined) keys.missed();
          const context = contextOf(key ?? keys.sealing());
          for (const name of byName.keys())
            if (keys.find(Buffer.from(name, 'latin1')) === undefined && byName.size > 1) byName.delete(name);
          return context;
        },
        close: () => {
          byName.clear();
        },
      };
    },
  };
}

function sealed({
  name,
  hmac,
  aes,
}: TicketKey): readonly [number, Uint8Array, Uint8Array, Uint8Array, Uint8Array] {
  return [1, hmac, aes, name, randomBytes(16)];
}

/** A new ticket with each: clients use one once. */
function opened({ name, hmac, aes }: TicketKey): ReturnType<typeof sealed> {
  return [2, hmac, aes, name, nothing];
}

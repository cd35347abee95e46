import { randomBytes } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TicketContexts } from '../tls-sessions.ts';
import { createHeldKeys } from './held-keys.ts';
import { nativeContext } from './native-context.ts';
import { contextsByKey } from './contexts-by-key.ts';
import { ticketBegunS } from './ticket-age.ts';
import type { TicketKeys } from './ticket-keys.ts';
import { nodeTicketKeys, type TicketKey } from './ticket-key.ts';

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
  /** How old a ticket may be that begins something new. */
  readonly sessionTtlMs: number;
  readonly onTicket: (isKnown: boolean) => void;
}

/** Gives contexts the ticket keys. */
export interface ContextKeys {
  follow(context: SecureContext): () => void;
  contexts(create: (ticketKeys: Buffer) => SecureContext): TicketContexts;
}

/** Which tickets a context opens, and whether the client gets a new one then. */
interface Opening {
  readonly find: (name: Uint8Array) => TicketKey | undefined;
  readonly isRenewing: boolean;
}

export function createContextKeys({ keys, canAsk, sessionTtlMs, onTicket }: ContextKeysOptions): ContextKeys {
  const held = createHeldKeys();
  const findAny = (name: Uint8Array): TicketKey | undefined => keys.find(name) ?? held.find(name);
  let lastSealed: TicketKey | undefined;

  const answer = (
    { find, isRenewing }: Opening,
    name: Uint8Array,
    isSealing: boolean,
  ): ReturnType<typeof sealed> => {
    if (isSealing) {
      lastSealed = keys.sealing();
      return sealed(lastSealed);
    }
    const key = find(name);
    onTicket(key !== undefined);
    if (key !== undefined) return opened(key, isRenewing);
    keys.missed();
    return unknownKey;
  };
  const ask = (context: SecureContext, opening: Opening): SecureContext => {
    const native = nativeContext(context);
    native.enableTicketKeyCallback?.();
    native.onticketkeycallback = (name, _iv, isSealing) => {
      try {
        return answer(opening, name, isSealing);
      } catch {
        // It would end the process.
        return failed;
      }
    };
    return context;
  };
  const inRing: Opening = { find: (name) => keys.find(name), isRenewing: true };
  /** OpenSSL lets tickets be as old as data connections may need them. It has the system's clock, and no other. */
  const isTooOld = (ticket: Uint8Array): boolean => {
    const key = keys.find(ticket);
    const begunS = key && ticketBegunS(ticket, key);
    return begunS !== undefined && Date.now() - begunS * 1000 > sessionTtlMs;
  };
  const holdOffered = (tickets: readonly Uint8Array[]): (() => void) => {
    const found = new Set(tickets.map((ticket) => keys.find(ticket)).filter((key) => key !== undefined));
    const releases = [...found].map((key) => held.hold(key));
    return () => {
      for (const release of releases) release();
    };
  };

  return {
    follow(context) {
      if (canAsk) {
        ask(context, inRing);
        return () => {};
      }
      const native = nativeContext(context);
      const set = (): void => native.setTicketKeys?.(nodeTicketKeys(keys.sealing()));
      set();
      return keys.watch(set);
    },
    contexts(create) {
      if (!canAsk) return { ...contextsByKey({ create, keys, held, onTicket }), holdOffered };
      const make = (opening: Opening): SecureContext => ask(create(nodeTicketKeys(keys.sealing())), opening);
      const usual = make(inRing);
      let opensNone: SecureContext | undefined;
      let renewing: SecureContext | undefined;
      let keeping: SecureContext | undefined;
      return {
        contextFor: (tickets = []) =>
          tickets.some(isTooOld) ? (opensNone ??= make({ find: () => undefined, isRenewing: true })) : usual,
        dataContextFor: (_tickets, isRenewing) =>
          isRenewing
            ? (renewing ??= make({ find: findAny, isRenewing }))
            : (keeping ??= make({ find: findAny, isRenewing })),
        holdOffered,
        // Whoever asks does so in the same turn.
        holdSealed: () => held.hold(lastSealed ?? keys.sealing()),
        close: () => {},
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

/** Mostly with a new ticket: clients use one once. */
function opened({ name, hmac, aes }: TicketKey, isRenewing: boolean): ReturnType<typeof sealed> {
  return [isRenewing ? 2 : 1, hmac, aes, name, nothing];
}

import type { SecureContext } from 'node:tls';
import type { TicketContexts } from '../tls-sessions.ts';
import type { HeldKeys } from './held-keys.ts';
import type { TicketKeys } from './ticket-keys.ts';
import { nameOf, nodeTicketKeys, type TicketKey } from './ticket-key.ts';

export interface ContextsByKeyOptions {
  readonly create: (ticketKeys: Buffer) => SecureContext;
  readonly keys: TicketKeys;
  readonly held: HeldKeys;
  readonly onTicket: (isKnown: boolean) => void;
}

/** One context for each key, chosen by the name that a ticket begins with, where Node.js can't ask for keys. */
export function contextsByKey({
  create,
  keys,
  held,
  onTicket,
}: ContextsByKeyOptions): Omit<TicketContexts, 'holdOffered'> {
  const byName = new Map<string, SecureContext>();
  const keyOf = new WeakMap<SecureContext, TicketKey>();
  const findAny = (name: Uint8Array): TicketKey | undefined => keys.find(name) ?? held.find(name);

  const contextOf = (key: TicketKey): SecureContext => {
    const name = nameOf(key);
    const context = byName.get(name) ?? create(nodeTicketKeys(key));
    byName.set(name, context);
    keyOf.set(context, key);
    return context;
  };
  const choose = (
    ticket: Uint8Array | undefined,
    find: (name: Uint8Array) => TicketKey | undefined,
  ): SecureContext => {
    const key = ticket === undefined ? undefined : find(ticket);
    if (ticket !== undefined) onTicket(key !== undefined);
    if (ticket !== undefined && key === undefined) keys.missed();
    const context = contextOf(key ?? keys.sealing());
    for (const name of byName.keys())
      if (findAny(Buffer.from(name, 'latin1')) === undefined && byName.size > 1) byName.delete(name);
    return context;
  };

  return {
    contextFor: (tickets = []) => choose(tickets[0], (name) => keys.find(name)),
    dataContextFor: (tickets) => choose(tickets[0], findAny),
    holdSealed: (context) => held.hold(keyOf.get(context) ?? keys.sealing()),
    close: () => {
      byName.clear();
    },
  };
}

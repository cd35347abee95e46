import type { Socket } from 'node:net';
import { encodeReply } from '@ftpd/protocol';
import { encodeName } from '@ftpd/storage';
import type { LastingRefusal } from './hooks.ts';

/** Clients that are remembered; of more the oldest are asked about again. */
const maxClients = 10_000;

interface TurnedAway {
  readonly bytes: string | Uint8Array;
  readonly holds: () => boolean;
}

/** Clients whose connections are refused for as long as something holds: a flood of them costs no sessions. */
export interface TurnedAwayClients {
  note(socket: Socket, refusal: LastingRefusal, isRfc2228Multiline: boolean): void;
  /** Refuses the connection at once if its client is one of them. @returns whether it was. */
  turnAway(socket: Socket): boolean;
  /** Forgets all. */
  clear(): void;
}

export function createTurnedAwayClients(): TurnedAwayClients {
  const clients = new Map<string, TurnedAway>();
  return {
    note(socket, refusal, isRfc2228Multiline) {
      if (socket.destroyed) return;
      const oldest = clients.size >= maxClients ? clients.keys().next().value : undefined;
      if (oldest !== undefined) clients.delete(oldest);
      const text = encodeReply(refusal, { isRfc2228Multiline });
      clients.set(wayOf(socket), {
        bytes: text.isWellFormed() ? text : encodeName(text),
        holds: refusal.holds,
      });
    },
    turnAway(socket) {
      if (clients.size === 0) return false;
      const way = wayOf(socket);
      const client = clients.get(way);
      if (client === undefined) return false;
      if (!client.holds()) {
        clients.delete(way);
        return false;
      }
      // Nothing of it is read, and nobody waits for its end: who floods us holds nothing here.
      socket.write(client.bytes);
      socket.destroySoon();
      return true;
    },
    clear: () => clients.clear(),
  };
}

/** From whom to where: what it was told may differ by both. */
function wayOf({ remoteAddress, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${localAddress} ${localPort}`;
}

import { closeSync } from 'node:fs';
import type { FtpServer, ListeningAddress } from '@ftpd/server';
import type { ListenPoint } from '../addresses.ts';

/** Accepts on the sockets that the keeper listens on. */
export interface GivenListeners {
  /** @param descriptors - Of the points, in their order; owned by the listeners from here on. */
  follow(points: readonly ListenPoint[], descriptors: readonly number[], backlog: number): Promise<void>;
}

const nameOf = ({ host, port }: ListenPoint): string => `${host ?? '*'} ${port}`;

export function createGivenListeners(server: FtpServer): GivenListeners {
  let current = new Map<string, ListeningAddress>();
  return {
    async follow(points, descriptors, backlog) {
      const next = new Map<string, ListeningAddress>();
      for (const [index, point] of points.entries()) {
        const descriptor = descriptors[index];
        if (descriptor === undefined) throw new Error(`no socket was given for ${nameOf(point)}`);
        const known = current.get(nameOf(point));
        if (known === undefined) next.set(nameOf(point), await server.listen({ descriptor, backlog }));
        else {
          closeSync(descriptor);
          next.set(nameOf(point), known);
        }
      }
      const left = [...current].filter(([name]) => !next.has(name));
      await Promise.all(left.map(([, address]) => server.unlisten(address)));
      current = next;
    },
  };
}

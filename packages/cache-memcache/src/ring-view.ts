import { createRing, type Ring } from './ring.ts';
import type { MemcacheServer } from './server-name.ts';
import type { ServerLink } from './server-link.ts';

/** A server with the way to it. */
export interface Member {
  readonly server: MemcacheServer;
  readonly link: ServerLink;
}

/** The servers of a key: the one that the ring gives, then its replicas. */
export type Locate = (hashedKey: Uint8Array) => readonly ServerLink[];

/**
 * All nodes of a pool must look for a key in the same place: this ring never changes.
 * @param replicas - Copies beside the first, on the servers that follow in the order of the configuration.
 */
export function fixedRing(members: readonly Member[], replicas: number): Locate {
  const ring: Ring = createRing(members.map(({ server }) => server));
  const links = members.map(({ link }) => link);
  const count = Math.min(replicas, links.length - 1) + 1;
  const chains = links.map((_, first) =>
    Array.from({ length: count }, (__, step) => links[(first + step) % links.length] as ServerLink),
  );
  return (hashedKey) => chains[ring(hashedKey)] as readonly ServerLink[];
}

/** The ring of the servers that are not down, made anew when that changes; of all when none is left. */
export function livingRing(members: readonly Member[], replicas: number): Locate {
  const rings = new Map<string, Locate>();
  return (hashedKey) => {
    const living = members.filter(({ link }) => !link.isDown);
    const names = living.map(({ link }) => link.name).join(' ');
    let locate = rings.get(names);
    if (locate === undefined) {
      // As many rings as there are sets of servers would be too many: usually it is the last one that is needed.
      rings.clear();
      locate = fixedRing(living.length === 0 ? members : living, replicas);
      rings.set(names, locate);
    }
    return locate(hashedKey);
  };
}

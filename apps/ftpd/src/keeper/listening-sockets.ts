import { closeSync } from 'node:fs';
import { bindListener } from '@ftpd/posix';
import type { ListenPoint } from '../addresses.ts';
import { bindingRefusal } from '../listeners.ts';

/** The keeper's sockets: they listen whether or not a server is there, so that a connection waits for the next one. */
export interface ListeningSockets {
  /** The points that are listened on, and the descriptor of each. */
  readonly current: readonly ListeningSocket[];
  /**
   * Listens on new points as well; the old ones stay until `settle`.
   * @throws {StartError} if one can't be listened on; then nothing has changed.
   */
  prepare(points: readonly ListenPoint[], backlog: number): PreparedSockets;
  close(): void;
}

export interface ListeningSocket {
  readonly point: ListenPoint;
  readonly descriptor: number;
}

export interface PreparedSockets {
  readonly sockets: readonly ListeningSocket[];
  /** Leaves what is not wanted: the old points, or the new ones. */
  settle(isTaken: boolean): void;
}

const nameOf = ({ host, port }: ListenPoint): string => `${host ?? '*'} ${port}`;

export function createListeningSockets(): ListeningSockets {
  let current: readonly ListeningSocket[] = [];

  function closeAll(sockets: readonly ListeningSocket[]): void {
    for (const { descriptor } of sockets) closeSync(descriptor);
  }

  return {
    get current() {
      return current;
    },
    prepare(points, backlog) {
      const known = new Map(current.map((socket) => [nameOf(socket.point), socket]));
      const sockets: ListeningSocket[] = [];
      const added: ListeningSocket[] = [];
      for (const point of points) {
        const open = known.get(nameOf(point));
        if (open !== undefined) {
          sockets.push(open);
          continue;
        }
        try {
          const socket = { point, descriptor: listenOn(point, backlog) };
          added.push(socket);
          sockets.push(socket);
        } catch (error) {
          closeAll(added);
          throw bindingRefusal(point, error);
        }
      }
      return {
        sockets,
        settle(isTaken) {
          const kept = isTaken ? sockets : current;
          closeAll([...new Set([...current, ...added])].filter((socket) => !kept.includes(socket)));
          current = kept;
        },
      };
    },
    close() {
      closeAll(current);
      current = [];
    },
  };
}

const noSuchFamily = 'EAFNOSUPPORT';

function listenOn({ host, port }: ListenPoint, backlog: number): number {
  const shared = { port, backlog, reuseAddress: true };
  if (host !== undefined)
    return bindListener({ ...shared, host, isIpv6Only: host.includes(':') && host !== '::' });
  try {
    return bindListener({ ...shared, host: '::', isIpv6Only: false });
  } catch (error) {
    // A machine without IPv6.
    if ((error as NodeJS.ErrnoException).code !== noSuchFamily) throw error;
    return bindListener({ ...shared, host: '0.0.0.0' });
  }
}

import { isServerError, type FtpServer, type ListeningAddress } from '@ftpd/server';
import type { ListenPoint } from './addresses.ts';
import { StartError } from './start-error.ts';

/** The listening addresses of the daemon; they follow the configuration. */
export interface Listeners {
  /**
   * Listens on all points that it does not listen on yet, then leaves those that are not wanted.
   * @throws {StartError} if one can't be listened on; then nothing has changed.
   */
  follow(points: readonly ListenPoint[], backlog: number | undefined): Promise<void>;
}

const nameOf = ({ host, port }: ListenPoint): string => `${host ?? '*'} ${port}`;

export function createListeners(server: FtpServer): Listeners {
  let current = new Map<string, ListeningAddress>();
  return {
    async follow(points, backlog) {
      const next = new Map<string, ListeningAddress>();
      const added: ListeningAddress[] = [];
      try {
        for (const point of points) {
          const known = current.get(nameOf(point));
          const address =
            known ?? (await server.listen({ ...point, ...(backlog === undefined ? {} : { backlog }) }));
          if (known === undefined) added.push(address);
          next.set(nameOf(point), address);
        }
      } catch (error) {
        await Promise.all(added.map((address) => server.unlisten(address)));
        throw error;
      }
      const left = [...current].filter(([name]) => !next.has(name)).map(([, address]) => address);
      await Promise.all(left.map((address) => server.unlisten(address)));
      current = next;
    },
  };
}

interface Refusal {
  readonly text: string;
  readonly advice?: (where: string) => string;
}

const inUse: Refusal = {
  text: 'Address already in use',
  advice: (where) => `Check to see if inetd/xinetd, or another proftpd instance, is already using ${where}`,
};
const denied: Refusal = {
  text: 'Permission denied',
  advice: () => 'Ports below 1024 are for root: choose another Port, or start as root',
};
const notAvailable: Refusal = { text: 'Cannot assign requested address' };

/** By the code of a ServerError, or of the system. */
const refusals: Readonly<Record<string, Refusal>> = {
  SERVER_ADDRESS_IN_USE: inUse,
  SERVER_ADDRESS_NOT_AVAILABLE: notAvailable,
  SERVER_DENIED: denied,
  EADDRINUSE: inUse,
  EADDRNOTAVAIL: notAvailable,
  EACCES: denied,
};

/** ProFTPD's words for a point that can't be listened on, and what to do. */
export function bindingRefusal(point: ListenPoint | undefined, error: unknown): StartError {
  const { code = '', message } = error as Error & { readonly code?: string };
  const where = `${point?.host ?? '::'}, port ${point?.port ?? '?'}`;
  const { text = message, advice }: Partial<Refusal> = refusals[code] ?? {};
  return new StartError(
    [
      `Failed binding to ${where}: ${text}`,
      ...(advice === undefined ? [] : [advice(where)]),
      'Unable to start proftpd; check logs for more details',
    ],
    { cause: error },
  );
}

/** As `bindingRefusal`, for an error of `FtpServer.listen`. */
export function bindingError(error: unknown, points: readonly ListenPoint[]): StartError {
  if (!isServerError(error)) throw error;
  const point = points.find((candidate) =>
    error.message.startsWith(`${candidate.host ?? '*'}:${candidate.port}:`),
  );
  return bindingRefusal(point, error);
}

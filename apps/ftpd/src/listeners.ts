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

const reasons: Readonly<Record<string, string>> = {
  SERVER_ADDRESS_IN_USE: 'Address already in use',
  SERVER_ADDRESS_NOT_AVAILABLE: 'Cannot assign requested address',
  SERVER_DENIED: 'Permission denied',
};

/** ProFTPD's words for a port that can't be listened on, and what to do. */
export function bindingError(error: unknown, points: readonly ListenPoint[]): StartError {
  if (!isServerError(error)) throw error;
  const point = points.find((candidate) =>
    error.message.startsWith(`${candidate.host ?? '*'}:${candidate.port}:`),
  );
  const where = `${point?.host ?? '::'}, port ${point?.port ?? '?'}`;
  const advice =
    error.code === 'SERVER_ADDRESS_IN_USE'
      ? [`Check to see if inetd/xinetd, or another proftpd instance, is already using ${where}`]
      : error.code === 'SERVER_DENIED'
        ? ['Ports below 1024 are for root: choose another Port, or start as root with --unprivileged']
        : [];
  return new StartError(
    [
      `Failed binding to ${where}: ${reasons[error.code] ?? error.message}`,
      ...advice,
      'Unable to start proftpd; check logs for more details',
    ],
    { cause: error },
  );
}

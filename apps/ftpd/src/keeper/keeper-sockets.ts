import { bindUnixListener, closeDescriptor } from '@ftpd/posix';
import type { ServerLog } from '@ftpd/server';
import type { Composition } from '../composition.ts';
import { createHeldSocket } from '../controls/held-socket.ts';
import { socketPlan } from '../controls/socket-plan.ts';
import { tcpBacklog } from '../modules/core/network.ts';
import type { SystemAccounts } from '../policy/system-accounts.ts';
import { createListeningSockets } from './listening-sockets.ts';
import type { Provision } from './messages.ts';

/** What the keeper listens on for its server: the ports, and the control socket. */
export interface KeeperSockets {
  /**
   * Listens on what a configuration wants; what there was stays until `settle`.
   * @throws {StartError} if a port can't be listened on; then nothing has changed. Without a control socket it goes on.
   */
  prepare(composition: Composition): Promise<PreparedKeeperSockets>;
  close(): void;
}

/** Sockets as a provision has them. */
export interface ProvidedSockets extends Pick<Provision, 'listeners' | 'backlog' | 'hasControlSocket'> {
  /** In the order of a provision; the keeper's own. */
  readonly descriptors: readonly number[];
}

export interface PreparedKeeperSockets {
  readonly provided: ProvidedSockets;
  /** Leaves what is not wanted: the old sockets, or the new ones. */
  settle(isTaken: boolean): void;
}

const defaultBacklog = 511;
const controlBacklog = 16;

export function createKeeperSockets(system: SystemAccounts, log: ServerLog): KeeperSockets {
  const ports = createListeningSockets();
  const control = createHeldSocket<number>({
    listen: (path) => bindUnixListener(path, controlBacklog),
    leave: closeDescriptor,
    log,
  });
  return {
    async prepare(composition) {
      const backlog = composition.main.first(tcpBacklog) ?? defaultBacklog;
      const plan = socketPlan(composition, { system, canIdentify: true, log });
      const preparedPorts = ports.prepare(composition.listenPoints, backlog);
      const preparedControl = await control.prepare(plan);
      const { sockets } = preparedPorts;
      const { listening } = preparedControl;
      return {
        provided: {
          listeners: sockets.map(({ point }) => point),
          backlog,
          hasControlSocket: listening !== undefined,
          descriptors: [
            ...sockets.map(({ descriptor }) => descriptor),
            ...(listening === undefined ? [] : [listening]),
          ],
        },
        settle(isTaken) {
          preparedPorts.settle(isTaken);
          preparedControl.settle(isTaken);
        },
      };
    },
    close() {
      ports.close();
      control.close();
    },
  };
}

import type { Server } from 'node:net';
import type { ServerLog } from '@ftpd/server';
import { controlServer } from './control-service.ts';
import { createHeldSocket, type HeldSocket } from './held-socket.ts';

/** The control socket of a daemon of one process, which listens on it itself. */
export function createOwnSocket(log: ServerLog): HeldSocket<Server> {
  return createHeldSocket<Server>({
    log,
    listen: (path) =>
      new Promise((resolve, reject) => {
        const server = controlServer();
        server.once('error', reject);
        server.listen({ path }, () => {
          server.off('error', reject);
          server.on('error', (error) => log('error', `mod_ctrls: ${String(error)}`));
          resolve(server);
        });
      }),
    leave: (server) => server.close(),
  });
}

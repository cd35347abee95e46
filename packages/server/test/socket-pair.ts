import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach } from 'vitest';

export interface SocketPair {
  /** What the server accepted, paused. */
  readonly accepted: Socket;
  readonly client: Socket;
}

/** Makes connections for the tests of a file, each destroyed behind its test. */
export function useSocketPairs(): () => Promise<SocketPair> {
  const open: Socket[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.destroy();
  });
  return async () => {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const accepted = await new Promise<Socket>((resolve) => server.once('connection', resolve));
    server.close();
    client.on('error', () => {});
    open.push(accepted, client);
    return { accepted, client };
  };
}

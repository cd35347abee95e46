import { connect, type Socket } from 'node:net';
import { PASSWORD, userName } from './site.ts';

export interface LoginLoad {
  readonly port: number;
  readonly clients: number;
  /** How many are on their way at a time. */
  readonly concurrency: number;
  readonly accounts: number;
}

/** A client that has logged in, or has failed to. It does no more than a server needs, so that servers are measured. */
function logIn(port: number, user: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let received = '';
    const answers: { readonly [code: string]: () => void } = {
      220: () => socket.write(`USER ${user}\r\n`),
      331: () => socket.write(`PASS ${PASSWORD}\r\n`),
      230: () => resolve(socket),
    };
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      received += text;
      const reply = /^(\d{3}) [^\r\n]*\r\n/m.exec(received);
      if (!reply) return;
      received = received.slice(reply.index + reply[0].length);
      const answer = answers[reply[1] ?? ''];
      if (answer) answer();
      else reject(new Error(`the server answered ${reply[0].trim()}`));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed the connection')));
  });
}

/**
 * Logs clients in, each as soon as one before it is done.
 * @returns the seconds from the first connect to the last 230, and the sessions, all still open.
 */
export async function logInAll({ port, clients, concurrency, accounts }: LoginLoad): Promise<{
  readonly seconds: number;
  readonly sessions: readonly Socket[];
}> {
  const sessions: Socket[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < clients) sessions.push(await logIn(port, userName(next++ % accounts)));
  };
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: Math.min(concurrency, clients) }, lane));
  return { seconds: (performance.now() - startedAtMs) / 1000, sessions };
}

/** Ends sessions and waits until the server has closed them. */
export async function endAll(sessions: readonly Socket[]): Promise<void> {
  await Promise.all(
    sessions.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.removeAllListeners('close');
          socket.removeAllListeners('error');
          socket.once('error', () => resolve());
          socket.once('close', () => resolve());
          socket.end('QUIT\r\n');
        }),
    ),
  );
}

import { connect, type Socket } from 'node:net';

export interface ActiveOptions {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Own address of the control connection, so that firewalls see one pair of addresses. */
  readonly localAddress: string;
  /** Absent: any. */
  readonly localPort?: number;
}

/** Connects to where PORT or EPRT pointed. @throws the system's error, or the signal's reason. */
export function connectActive(options: ActiveOptions, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: options.remoteAddress,
      port: options.remotePort,
      localAddress: options.localAddress,
      ...(options.localPort === undefined ? {} : { localPort: options.localPort }),
    });
    const settle = (): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      socket.off('connect', succeed);
    };
    const abort = (): void => {
      settle();
      socket.on('error', () => {});
      socket.destroy();
      reject(signal.reason as Error);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    const succeed = (): void => {
      settle();
      resolve(socket.pause());
    };
    socket.once('error', fail);
    socket.once('connect', succeed);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

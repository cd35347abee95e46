import type { Socket } from 'node:net';

/** A connection that went away while there was something to send or to get. */
export class ConnectionLost extends Error {}

/** Knows whether the connection that is sent on still stands. */
export interface ConnectionWatch {
  readonly isLost: boolean;
  /** @throws {ConnectionLost} */
  demand(): void;
  lose(cause?: unknown): void;
  release(): void;
}

/** @param onLost - Called once, at the loss. */
export function watchConnection(socket: Socket, onLost: () => void = () => {}): ConnectionWatch {
  let failure: ConnectionLost | undefined;
  const lose = (cause?: unknown): void => {
    if (failure) return;
    failure = new ConnectionLost('the client closed the data connection', { cause });
    onLost();
  };
  const onError = (error: Error): void => lose(error);
  const onClose = (): void => lose();
  socket.on('error', onError);
  socket.on('close', onClose);
  if (socket.destroyed) lose();
  // What the client sends on a connection for downloads is dropped, and its FIN noticed.
  socket.resume();
  return {
    get isLost() {
      return failure !== undefined;
    },
    demand() {
      if (failure) throw failure;
    },
    lose,
    release() {
      socket.off('error', onError);
      socket.off('close', onClose);
    },
  };
}

/** Ends what is sent, and resolves when the client has been told. @throws {ConnectionLost} */
export function endSending(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = (cause?: unknown): void =>
      reject(new ConnectionLost('the client closed the data connection', { cause }));
    socket.once('error', lost);
    socket.once('close', lost);
    socket.end(() => {
      socket.off('error', lost);
      socket.off('close', lost);
      resolve();
    });
  });
}

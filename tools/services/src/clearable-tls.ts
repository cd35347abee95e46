import { once } from 'node:events';
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { within } from './deadline.ts';

const deadlineMs = 10_000;

/** A client's TLS that ends before its connection does, as CCC of FTP has it. */
export interface ClearableTls {
  readonly socket: TLSSocket;
  /** The server's close_notify came. */
  readonly ended: Promise<unknown>;
  /** The connection below, for bytes out of turn. */
  readonly raw: Socket;
  /** Goes on in clear, having sent a close_notify or not. @returns the connection. */
  readonly clear: (sendsCloseNotify: boolean) => Promise<Socket>;
}

/** Performs a handshake as a client on a connection that is given back later. */
export async function secureClearably(raw: Socket, options: ConnectionOptions): Promise<ClearableTls> {
  const [near, far] = duplexPair();
  const receive = (chunk: Buffer): void => void far.write(chunk);
  const endNear = (): void => void far.end();
  raw.on('data', receive);
  raw.on('close', endNear);
  far.on('data', (chunk: Buffer) => raw.write(chunk));
  const socket = connect({ ...options, socket: near });
  const ended = new Promise<void>((resolve) => socket.once('end', resolve));
  socket.on('error', () => {});
  await within(once(socket, 'secureConnect'), deadlineMs, 'TLS handshake');
  return {
    socket,
    ended,
    raw,
    async clear(sendsCloseNotify) {
      await within(ended, deadlineMs, "the server's close_notify");
      if (sendsCloseNotify) {
        socket.end();
        if (!far.readableEnded) await within(once(far, 'end'), deadlineMs, 'close_notify');
      } else far.removeAllListeners('data');
      raw.off('data', receive);
      raw.off('close', endNear);
      return raw;
    },
  };
}

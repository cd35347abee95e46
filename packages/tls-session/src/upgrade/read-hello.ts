import type { Socket } from 'node:net';
import { peekClientHello, type ClientHello } from './client-hello.ts';
import { TlsError } from '../errors.ts';

/**
 * Waits for the ClientHello on a paused socket and puts all that was read back.
 * @throws {TlsError} TLS_HELLO_INVALID, TLS_CLIENT_GONE, or the signal's reason
 */
export function readHello(socket: Socket, signal: AbortSignal): Promise<ClientHello> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const settle = (): void => {
      signal.removeEventListener('abort', abort);
      socket.off('data', take);
      socket.off('end', lose);
      socket.off('close', lose);
      socket.pause();
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error as Error);
    };
    const abort = (): void => fail(signal.reason);
    const lose = (): void => fail(new TlsError('TLS_CLIENT_GONE'));
    const take = (chunk: Buffer): void => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const peeked = peekClientHello(received);
      if (peeked.kind === 'incomplete') return;
      if (peeked.kind === 'invalid')
        return fail(new TlsError('TLS_HELLO_INVALID', `The client sent ${peeked.reason}`));
      settle();
      socket.unshift(received);
      resolve(peeked.hello);
    };
    if (signal.aborted) return reject(signal.reason as Error);
    if (socket.destroyed || socket.readableEnded) return reject(new TlsError('TLS_CLIENT_GONE'));
    signal.addEventListener('abort', abort, { once: true });
    socket.on('data', take);
    socket.on('end', lose);
    socket.on('close', lose);
    socket.resume();
  });
}

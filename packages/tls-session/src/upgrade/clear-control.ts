import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClearableStream } from './clearable-stream.ts';
import { TlsError } from '../errors.ts';

/** How long the client may be the first to end TLS: lftp takes a close_notify that it meets unawares for the end of all. */
const clientFirstMs = 100;

/**
 * Ends TLS: what was written goes out, then a close_notify. The client's close_notify is awaited, or its first byte in
 * clear, as some clients send none. What it still sends in TLS, belongs to neither side and ends the connection.
 * No deadline: a client may have nothing to say for long, and its signal ends the wait.
 * @returns the connection, paused; nothing of what was encrypted is in it.
 * @throws {TlsError} TLS_CLIENT_GONE, TLS_NOT_CLEARED, or the signal's reason; the connection is destroyed then.
 */
export function clearControl(
  secured: TLSSocket,
  stream: ClearableStream,
  signal: AbortSignal | undefined,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  let isShut = false;
  let isClientDone = false;
  const fail = (error: unknown): void => {
    settle();
    reject(error as Error);
    secured.destroy();
    stream.destroy();
  };
  const succeed = (): void => {
    if (!isShut || !isClientDone) return;
    settle();
    const raw = stream.release();
    // Its state of TLS is of no more use.
    secured.destroy();
    if (raw.destroyed || raw.readableEnded) {
      raw.destroy();
      reject(new TlsError('TLS_CLIENT_GONE'));
    } else resolve(raw);
  };
  const abort = (): void => fail(signal?.reason);
  const refuse = (): void => fail(new TlsError('TLS_NOT_CLEARED'));
  const lose = (): void => fail(new TlsError('TLS_CLIENT_GONE'));
  const noteClient = (): void => {
    isClientDone = true;
    shut();
    succeed();
  };
  // A connection that ends without close_notify looks the same to the TLSSocket; the stream knows.
  const noteEnd = (): void => (stream.readableEnded ? lose() : noteClient());
  const shut = (): void => {
    clearTimeout(timer);
    if (!secured.writableEnded) secured.end();
  };
  const timer = setTimeout(shut, clientFirstMs);
  const settle = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    secured.off('data', refuse);
    secured.off('end', noteEnd);
    secured.off('error', lose);
    secured.off('close', lose);
    secured.on('error', () => {});
  };
  if (signal?.aborted === true) {
    abort();
    return promise;
  }
  signal?.addEventListener('abort', abort, { once: true });
  stream.beginClearing({
    onShut: () => {
      isShut = true;
      succeed();
    },
    onClearBytes: noteClient,
  });
  secured.on('data', refuse);
  secured.on('end', noteEnd);
  secured.on('error', lose);
  secured.on('close', lose);
  secured.resume();
  return promise;
}

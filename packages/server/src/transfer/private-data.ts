import type { Socket } from 'node:net';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/** Makes a data connection a private one. @throws what the port of TLS throws */
export type SecureData = (socket: Socket, signal: AbortSignal, onHello: () => void) => Promise<Socket>;

/** Many clients begin their handshake when they connect; the others wait for the reply. */
const helloGraceMs = 20;

/**
 * Performs the handshake of a data connection, and has the reply (150) sent in time: at once for what is sent. For uploads
 * behind the handshake, if the client has begun it: a client that uploads in no time and closes would not have read its
 * new ticket, and its next data connection would have none to resume with.
 * @param begin - Sends the reply.
 */
export async function openPrivate(
  secure: SecureData,
  socket: Socket,
  direction: 'send' | 'receive',
  begin: () => void,
  signal: AbortSignal,
): Promise<Socket> {
  let isTold = false;
  const tell = (): void => {
    if (!isTold) begin();
    isTold = true;
  };
  if (direction === 'send') tell();
  // A loop that was busy for so long has not looked yet what came.
  let later: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    later = setImmediate(tell);
  }, helloGraceMs);
  const wait = (): void => {
    clearTimeout(timer);
    clearImmediate(later);
  };
  try {
    const secured = await secure(socket, signal, wait);
    secured.on('error', () => {});
    // Node tells of the handshake's end before it sends the ticket that belongs to it.
    if (!isTold) await turnOfTheLoop();
    tell();
    return secured;
  } finally {
    wait();
  }
}

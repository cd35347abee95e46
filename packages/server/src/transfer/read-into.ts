import type { Socket } from 'node:net';

/** Where a connection is to put what arrives. */
export interface ReadTarget {
  /** Memory for the next bytes; it stays untouched until the next call, or the connection's end. */
  readonly room: () => Uint8Array;
  /** So many bytes are in it. */
  readonly onRead: (count: number) => void;
}

/** The fields of a socket behind `onread` of `net.connect`. */
interface ReadFields {
  readonly buffer: symbol;
  readonly nextBuffer: symbol;
  readonly callback: symbol;
}

type Internals = Record<symbol, unknown> & {
  readonly _handle?: { useUserBuffer?(buffer: Uint8Array): unknown } | null;
};

function fieldsOf(internals: Internals): ReadFields | undefined {
  const own = Object.getOwnPropertySymbols(internals);
  const named = (name: string): symbol | undefined =>
    own.find((symbol) => symbol.description === name && internals[symbol] === null);
  const [buffer, nextBuffer, callback] = [named('kBuffer'), named('kBufferGen'), named('kBufferCb')];
  return buffer && nextBuffer && callback ? { buffer, nextBuffer, callback } : undefined;
}

/**
 * Makes a connection read into given memory, in place of 'data' events; `pause`, `resume` and 'end' are as before.
 * Node.js offers that for connections which it makes itself (`onread` of `net.connect`) and for no accepted one, and no
 * TLS one: with the same fields it works there, too.
 * @returns false where it can't be done, and all stays as it was: another Node.js, or something that was read and not taken.
 */
export function readInto(socket: Socket, { room, onRead }: ReadTarget): boolean {
  const internals = socket as unknown as Internals;
  const { _handle: handle } = internals;
  const fields = fieldsOf(internals);
  if (!fields || typeof handle?.useUserBuffer !== 'function') return false;
  if (socket.destroyed || socket.readableEnded || socket.readableLength > 0) return false;
  const first = room();
  internals[fields.buffer] = first;
  internals[fields.nextBuffer] = room;
  internals[fields.callback] = onRead;
  handle.useUserBuffer(first);
  return true;
}

import type { Socket } from 'node:net';
import type { FileSender } from '@ftpd/storage';
import { endSending, watchConnection, type ConnectionWatch } from './connection-watch.ts';
import type { FilePart } from './plan.ts';

/** Below this, one read and one write cost less than what has to be prepared. */
const minBytes = 256 * 1024;
/** At once. What comes slowly comes in small pieces, so that no call takes long; what comes fast would be slowed by them. */
const minChunkBytes = 1024 * 1024;
const maxChunkBytes = 32 * 1024 * 1024;
const quickMs = 20;
const slowMs = 100;

/**
 * The storage's way from a file into this connection without a copy through the process.
 * @param expectedBytes - How much will be sent.
 * @returns undefined where there is none, or it would not pay.
 */
export function kernelSender(part: FilePart, socket: Socket, expectedBytes: number): FileSender | undefined {
  if (part.file.sendTo === undefined || expectedBytes < minBytes || 'encrypted' in socket) return undefined;
  const descriptor = descriptorOf(socket);
  return descriptor === undefined ? undefined : part.file.sendTo(descriptor);
}

/** Node keeps the number to itself, but every version that we know has it here. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd?: unknown } | null };
  const descriptor = handle?.fd;
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : undefined;
}

/**
 * Sends a part of a file and ends the connection's sending side.
 * @param buffer - For what goes through the process: a little, whenever the connection is full.
 * @param now - The clock, in ms.
 * @throws {ConnectionLost}, or what the file throws.
 */
export async function sendByKernel(
  { file, fromBytes, maxBytes }: FilePart,
  sender: FileSender,
  socket: Socket,
  buffer: Buffer,
  onBytes: (count: number) => void,
  now: () => number,
): Promise<void> {
  const connection = watchConnection(socket);
  const end = fromBytes + maxBytes;
  let position = fromBytes;
  const advance = (count: number): void => {
    position += count;
    onBytes(count);
  };
  let isKernelAble = true;
  let chunkBytes = minChunkBytes;
  try {
    while (position < end) {
      const startedAtMs = now();
      const outcome = isKernelAble
        ? await sender.send(position, Math.min(chunkBytes, end - position))
        : 'full';
      chunkBytes = nextChunkBytes(chunkBytes, now() - startedAtMs);
      connection.demand();
      if (outcome === 0) break;
      if (outcome === 'lost') connection.lose();
      else if (outcome === 'unsupported') isKernelAble = false;
      else if (outcome === 'full') {
        // Node says when a socket has room only of what was written through it.
        const wanted = Math.min(buffer.length, end - position);
        const count = await file.read(buffer.subarray(0, wanted), position);
        connection.demand();
        if (count === 0) break;
        await written(socket, buffer.subarray(0, count), connection);
        advance(count);
      } else advance(outcome);
      connection.demand();
    }
    await endSending(socket);
  } finally {
    connection.release();
    sender.close();
  }
}

function nextChunkBytes(chunkBytes: number, tookMs: number): number {
  if (tookMs < quickMs) return Math.min(chunkBytes * 2, maxChunkBytes);
  return tookMs > slowMs ? Math.max(chunkBytes / 2, minChunkBytes) : chunkBytes;
}

/** Resolves when the kernel has all of it. */
async function written(socket: Socket, bytes: Buffer, connection: ConnectionWatch): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.write(bytes, (error) => {
      if (error) connection.lose(error);
      resolve();
    });
  });
  connection.demand();
}

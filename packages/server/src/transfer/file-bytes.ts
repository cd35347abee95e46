import type { OpenFile } from '@ftpd/storage';
import type { ByteSink, ByteSource } from './plan.ts';

/** The bytes of a file from one position on, up to a count. */
export function fileSource(file: OpenFile, fromBytes: number, maxBytes = Infinity): ByteSource {
  let position = fromBytes;
  const end = fromBytes + maxBytes;
  return async (buffer) => {
    const wanted = Math.min(buffer.length, end - position);
    if (wanted <= 0) return 0;
    const count = await file.read(wanted === buffer.length ? buffer : buffer.subarray(0, wanted), position);
    position += count;
    return count;
  };
}

/** Writes to a file from one position on. */
export function fileSink(file: OpenFile, fromBytes: number): ByteSink {
  let position = fromBytes;
  return async (chunks) => {
    await file.write(chunks, position);
    for (const chunk of chunks) position += chunk.length;
  };
}

/** Text made piece by piece (listings) as bytes. */
export function textSource(pieces: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = pieces[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let isDone = false;
  return async (buffer) => {
    let filled = 0;
    while (filled < buffer.length) {
      if (rest.length === 0) {
        if (isDone) break;
        const next = await iterator.next();
        if (next.done === true) {
          isDone = true;
          break;
        }
        rest = next.value;
        continue;
      }
      const part = rest.subarray(0, buffer.length - filled);
      buffer.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
    }
    return filled;
  };
}

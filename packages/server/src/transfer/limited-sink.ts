import type { ByteSink } from './plan.ts';

/** More came than the transfer may have. */
export class TooManyBytes extends Error {}

/** A sink that takes so many bytes and fails at the next. */
export function limitedSink(sink: ByteSink, maxBytes: number): ByteSink {
  let leftBytes = maxBytes;
  return async (chunks) => {
    for (const chunk of chunks) {
      const part = chunk.subarray(0, leftBytes);
      leftBytes -= part.length;
      if (part.length > 0) await sink([part]);
      if (part.length < chunk.length) throw new TooManyBytes(`more than ${maxBytes} bytes`);
    }
  };
}

import { AsciiDecoder, AsciiEncoder } from '@ftpd/protocol';
import type { ByteSink, ByteSource } from './plan.ts';

/** The source as TYPE A sends it (RFC 959 §3.1.1.1). */
export function asciiSource(source: ByteSource): ByteSource {
  const encoder = new AsciiEncoder();
  let scratch: Buffer | undefined;
  return async (buffer) => {
    scratch ??= Buffer.allocUnsafeSlow(Math.floor(buffer.length / 2));
    const count = await source(scratch);
    return count === 0 ? 0 : encoder.encode(scratch.subarray(0, count), buffer);
  };
}

/** A sink for what comes in TYPE A. `flush` has to follow the last byte. */
export function asciiSink(sink: ByteSink): { readonly sink: ByteSink; readonly flush: () => Promise<void> } {
  const decoder = new AsciiDecoder();
  return {
    sink: async (chunks) => {
      const decoded = chunks.map((chunk) => {
        const target = Buffer.allocUnsafe(chunk.length + 1);
        return target.subarray(0, decoder.decode(chunk, target));
      });
      await sink(decoded);
    },
    flush: async () => {
      const rest = Buffer.allocUnsafe(1);
      if (decoder.flush(rest) > 0) await sink([rest]);
    },
  };
}

import type { CacheAnswer, CacheCall, CacheError } from '@ftpd/cache';
import { readValue } from './answers.ts';
import { ProtocolError } from './frame-decoder.ts';
import type { ServerLink } from './server-link.ts';
import { NOTHING, opcodes } from './wire.ts';

export interface KeyOfServer {
  readonly key: Buffer;
  readonly link: ServerLink;
}

/**
 * Asks each server for its keys with quiet gets, which are answered for hits alone, and a NOOP that ends them.
 * @param tell - Called once for each key, by its place.
 */
export async function getKeys(
  keys: readonly KeyOfServer[],
  call: CacheCall,
  tell: (index: number, answer: CacheAnswer) => void,
): Promise<void> {
  const places = new Map<ServerLink, number[]>();
  keys.forEach(({ link }, index) => {
    const own = places.get(link);
    if (own === undefined) places.set(link, [index]);
    else own.push(index);
  });
  await Promise.all([...places].map(([link, own]) => getFrom(link, own, keys, call, tell)));
}

function getFrom(
  link: ServerLink,
  places: readonly number[],
  keys: readonly KeyOfServer[],
  call: CacheCall,
  tell: (index: number, answer: CacheAnswer) => void,
): Promise<void> {
  /** The numbers of the requests, by the places of their keys. */
  const waiting = new Map<number, number | undefined>(places.map((index) => [index, undefined]));
  return new Promise((resolve) => {
    const failAll = (error: Error): void => {
      for (const index of waiting.keys()) tell(index, { outcome: 'error', error });
      waiting.clear();
      resolve();
    };
    const post = (index: number): void => {
      const { key } = keys[index] as KeyOfServer;
      const answer = (told: CacheAnswer): void => {
        if (waiting.delete(index)) tell(index, told);
      };
      const opaque = link.post({ opcode: opcodes.GETKQ, key, extras: NOTHING, value: NOTHING }, call, {
        answer: (frame) => answer(answerOf(() => readValue(frame, key))),
        // The NOOP, being shorter, may still be taken where this one was not.
        fail: (error) => answer({ outcome: 'error', error }),
      });
      if (waiting.has(index)) waiting.set(index, opaque);
    };
    try {
      for (const index of places) post(index);
      link.post({ opcode: opcodes.NOOP, key: NOTHING, extras: NOTHING, value: NOTHING }, call, {
        answer() {
          for (const [index, opaque] of waiting) {
            if (opaque !== undefined) link.forget(opaque);
            tell(index, { outcome: 'miss' });
          }
          resolve();
        },
        fail: failAll,
      });
    } catch (error) {
      failAll(error as Error);
    }
  });
}

function answerOf(read: () => Uint8Array | undefined): CacheAnswer {
  try {
    const value = read();
    return value === undefined ? { outcome: 'miss' } : { outcome: 'value', value };
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    return { outcome: 'error', error: error as CacheError };
  }
}

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
  const waiting = new Map<number, number>();
  const failAll = (error: Error): void => {
    for (const index of waiting.values()) tell(index, { outcome: 'error', error });
    waiting.clear();
  };
  return new Promise((resolve) => {
    const endWith = (error: Error): void => {
      failAll(error);
      resolve();
    };
    try {
      for (const index of places) {
        const { key } = keys[index] as KeyOfServer;
        const opaque = link.post({ opcode: opcodes.GETKQ, key, extras: NOTHING, value: NOTHING }, call, {
          answer(frame) {
            tell(
              index,
              answerOf(() => readValue(frame, key)),
            );
            waiting.delete(opaque);
          },
          // The NOOP fails with it.
          fail: () => {},
        });
        waiting.set(opaque, index);
      }
      link.post({ opcode: opcodes.NOOP, key: NOTHING, extras: NOTHING, value: NOTHING }, call, {
        answer() {
          for (const [opaque, index] of waiting) {
            link.forget(opaque);
            tell(index, { outcome: 'miss' });
          }
          resolve();
        },
        fail: endWith,
      });
    } catch (error) {
      for (const index of places) waiting.set(-index - 1, index);
      endWith(error as Error);
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

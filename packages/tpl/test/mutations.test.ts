import { expect, test } from 'vitest';
import { createTplCodec, isTplError, type TplErrorCode } from '../src/index.ts';

const MUTATIONS = 1_000_000;

/** Small and seeded, so that a failure comes again (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const codec = createTplCodec('S(iusiisssui)');
const images = (['little', 'big'] as const).map((byteOrder) =>
  codec.encode([2, 1, bytes('127.0.0.1'), 3, 4, bytes('bob'), bytes('why'), null, 9, 1], byteOrder),
);

/** Bytes that lengths, flags and ends are made of. */
const telling = [0, 1, 2, 3, 4, 0x7f, 0x80, 0xfe, 0xff];

function mutate(image: Uint8Array, random: (below: number) => number): Uint8Array {
  const kind = random(8);
  if (kind === 0) return image.subarray(0, random(image.length));
  const copy = new Uint8Array(image.length + (kind === 1 ? 1 + random(8) : 0));
  copy.set(image);
  for (let left = 1 + random(3); left > 0; left -= 1)
    copy[random(copy.length)] = random(2) === 0 ? random(256) : (telling[random(telling.length)] as number);
  // Half of those of another length say so, to come past the first check.
  if (copy.length !== image.length && random(2) === 0)
    new DataView(copy.buffer).setUint32(4, copy.length, (copy[3] as number) % 2 === 0);
  return copy;
}

test('a million images with errors give an error with a code, or values that make the same image again', () => {
  const random = createRandom(20_261_122);
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const seen = new Map<TplErrorCode | 'values', number>();
  try {
    for (let count = 0; count < MUTATIONS; count += 1) {
      const image = mutate(images[count % 2] as Uint8Array, random);
      let outcome: TplErrorCode | 'values' = 'values';
      try {
        const values = codec.decode(image);
        // Old writers' strings are read, too, but never written.
        const isOld = ((image[3] as number) & 2) === 0;
        const byteOrder = (image[3] as number) % 2 === 0 ? 'little' : 'big';
        if (!isOld && Buffer.compare(codec.encode(values, byteOrder), image) !== 0)
          throw new Error(`made another image of ${Buffer.from(image).toString('hex')}`);
      } catch (error) {
        if (!isTplError(error)) throw error;
        outcome = error.code;
      }
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
  } finally {
    Error.stackTraceLimit = limit;
  }
  // Every check was met: none is idle.
  expect([...seen.keys()].toSorted()).toEqual([
    'TPL_BAD_LENGTH',
    'TPL_BAD_STRING',
    'TPL_CUT',
    'TPL_NOT_AN_IMAGE',
    'TPL_OTHER_FORMAT',
    'TPL_TRAILING',
    'values',
  ]);
});

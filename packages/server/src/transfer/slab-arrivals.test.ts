import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlabArrivals } from './slab-arrivals.ts';

const slabBytes = 192 * 1024;

/** Puts numbers in a row where there is room, as a connection does, and knows what should come out. */
function connection(arrivals: SlabArrivals): { put(count: number): void; readonly sent: number } {
  let sent = 0;
  let room = arrivals.room();
  return {
    get sent() {
      return sent;
    },
    put(count) {
      for (const end = sent + count; sent < end;) {
        expect(room.length).toBeGreaterThan(0);
        const part = Math.min(end - sent, room.length);
        for (let at = 0; at < part; at++) room[at] = (sent + at) % 251;
        sent += part;
        arrivals.fill(part);
        room = arrivals.room();
      }
    },
  };
}

function expectRow(pieces: readonly Uint8Array[], from: number): number {
  let at = from;
  let wrong = 0;
  for (const piece of pieces) for (const byte of piece) wrong += byte === at++ % 251 ? 0 : 1;
  expect(wrong).toBe(0);
  return at;
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 70_000 }).map((count) => ({ do: 'put', count })) },
  { weight: 3, arbitrary: fc.constant({ do: 'put', count: 16_384 }) },
  { weight: 3, arbitrary: fc.constant({ do: 'take', count: 0 }) },
  { weight: 3, arbitrary: fc.constant({ do: 'written', count: 0 }) },
);

describe('SlabArrivals', () => {
  it('gives all bytes in order, and leaves what is being written alone, however much comes and when', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const arrivals = new SlabArrivals([Buffer.alloc(slabBytes), Buffer.alloc(slabBytes)]);
        const peer = connection(arrivals);
        let written = 0;
        let taken: readonly Uint8Array[] | undefined;
        const settle = (): void => {
          if (!taken) return;
          written = expectRow(taken, written);
          taken = undefined;
          arrivals.written();
        };
        for (const { do: what, count } of [...steps, { do: 'take', count: 0 }]) {
          if (what === 'put') peer.put(count);
          else settle();
          expect(arrivals.bytes > 0 || !arrivals.isFull || taken !== undefined).toBe(true);
          if (what === 'take') taken = arrivals.take();
        }
        settle();
        expect(written).toBe(peer.sent);
        expect(arrivals.bytes).toBe(0);
        expect(arrivals.isFull).toBe(false);
      }),
    );
  });

  it('is full when the one is written and the other holds all but 64 KiB, and not before', () => {
    const arrivals = new SlabArrivals([Buffer.alloc(slabBytes), Buffer.alloc(slabBytes)]);
    const peer = connection(arrivals);
    peer.put(slabBytes - 64 * 1024 + 1);
    arrivals.take();
    expect(arrivals.isFull).toBe(false);
    peer.put(slabBytes - 64 * 1024);
    expect(arrivals.isFull).toBe(false);
    peer.put(1);
    expect(arrivals.isFull).toBe(true);
    arrivals.written();
    arrivals.take();
    arrivals.written();
    expect(arrivals.isFull).toBe(false);
  });

  it('lays what comes in records together', () => {
    const arrivals = new SlabArrivals([Buffer.alloc(slabBytes), Buffer.alloc(slabBytes)]);
    const peer = connection(arrivals);
    for (let record = 0; record < 8; record++) peer.put(16_384);
    expect(arrivals.take().map(({ length }) => length)).toEqual([8 * 16_384]);
  });
});

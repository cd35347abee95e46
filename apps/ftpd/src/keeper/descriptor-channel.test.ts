import { closeSync, fstatSync, openSync } from 'node:fs';
import { socketPair } from '@ftpd/posix';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendPacket, takePacket } from './descriptor-channel.ts';

let pair: [number, number] = [-1, -1];
let own: number[] = [];

beforeEach(() => {
  pair = socketPair('seqpacket');
  own = Array.from({ length: 150 }, () => openSync('/dev/null', 'r'));
});
afterEach(() => {
  for (const descriptor of [...pair, ...own]) closeSync(descriptor);
});

describe('descriptors of a message', () => {
  it('arrive all, however many', () => {
    sendPacket(pair[0], 5, own);
    const taken = takePacket(pair[1], 5, own.length);
    expect(taken.map((descriptor) => fstatSync(descriptor).rdev)).toEqual(
      own.map((descriptor) => fstatSync(descriptor).rdev),
    );
    for (const descriptor of taken) closeSync(descriptor);
  });

  it('are none where none were announced', () => {
    sendPacket(pair[0], 6, []);
    expect(takePacket(pair[1], 6, 0)).toEqual([]);
  });

  it('are refused when they belong to another message', () => {
    sendPacket(pair[0], 7, own.slice(0, 1));
    expect(() => takePacket(pair[1], 8, 1)).toThrow(/another message/);
  });

  it('are refused when some are missing', () => {
    sendPacket(pair[0], 9, own.slice(0, 2));
    expect(() => takePacket(pair[1], 9, 3)).toThrow(/missing/);
  });
});

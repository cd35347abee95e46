import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRing } from './ring.ts';
import { parseServer } from './server-name.ts';

const three = ['10.0.0.1', '10.0.0.2:11211', '10.0.0.3:11212'].map(parseServer);

/** tpl `vs`: the string's length is one more than its bytes, and the NUL is not there. */
const tplKey = (type: number, name: string): Buffer => {
  const head = Buffer.from('tpl\x02----vs\0--++++', 'latin1');
  head.writeUInt32LE(head.length + name.length, 4);
  head.writeUInt16LE(type, 11);
  head.writeUInt32LE(name.length + 1, 13);
  return Buffer.concat([head, Buffer.from(name)]);
};
const jsonKey = (type: number, name: string): Buffer =>
  Buffer.from(`{"ban_type_id":${type},"ban_name":"${name}"}\0`);

describe('createRing', () => {
  it.each([
    [2, '192.0.2.1', 0, 1],
    [2, '192.0.2.2', 0, 2],
    [3, 'alice', 2, 0],
    [3, 'bob', 2, 2],
    [4, 'alice@192.0.2.1', 1, 1],
    [1, 'local', 2, 2],
    [2, '2001:db8::1', 1, 1],
  ])('finds bans of type %i for %s where ProFTPD keeps them', (type, name, tpl, json) => {
    const ring = createRing(three);
    expect([ring(tplKey(type, name)), ring(jsonKey(type, name))]).toEqual([tpl, json]);
  });

  it('gives every key to a lone server', () => {
    const ring = createRing([parseServer('one:1:50')]);
    fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), (key) => ring(key) === 0));
  });

  it('moves only the keys of a server that is taken away', () => {
    const [a, b, c] = three as [(typeof three)[0], (typeof three)[0], (typeof three)[0]];
    const all = createRing([a, b, c]);
    const without = createRing([a, b]);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (key) => all(key) === 2 || all(key) === without(key)),
    );
  });
});

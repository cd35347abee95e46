import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFields } from './checks.ts';

const kinds = { user: 'text', path: 'path', id: 'id', seen: 'text?', on: 'flag' } as const;
const fine = { user: 'ann', path: '/home/ann', id: 7, on: false };

describe('readFields', () => {
  it('gives the members that were asked for', () => {
    expect(readFields(fine, kinds)).toEqual({ ...fine, seen: undefined });
  });

  it.each([
    ['no object', 'text'],
    ['null', null],
    ['an array', [fine]],
    ['a member too many', { ...fine, more: 1 }],
    ['a missing member', { ...fine, user: undefined }],
    ['another type', { ...fine, user: 1 }],
    ['a NUL', { ...fine, user: 'an\0n' }],
    ['a text too long', { ...fine, user: 'a'.repeat(1025) }],
    ['a relative path', { ...fine, path: 'home' }],
    ['a path too long', { ...fine, path: `/${'a'.repeat(4096)}` }],
    ['a negative id', { ...fine, id: -1 }],
    ['a fraction', { ...fine, id: 0.5 }],
    ['the id that means none', { ...fine, id: 0xffff_ffff }],
    ['no boolean', { ...fine, on: 1 }],
    ['members of its prototype', Object.create(fine)],
  ])('refuses %s', (_what, input) => {
    expect(() => readFields(input, kinds)).toThrow(expect.objectContaining({ code: 'KEEPER_BAD_REQUEST' }));
  });

  it('gives a whole input or refuses, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        try {
          expect(Object.keys(readFields(input, kinds))).toEqual(Object.keys(kinds));
        } catch (error) {
          expect(error).toMatchObject({ code: 'KEEPER_BAD_REQUEST' });
        }
      }),
    );
  });
});

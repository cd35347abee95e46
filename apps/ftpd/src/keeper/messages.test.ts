import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageToKeeper } from './messages.ts';

describe('messages of the server', () => {
  it.each([
    [{ type: 'ask', id: 1, name: 'open-root', input: {} }],
    [{ type: 'taken', number: 1 }],
    [{ type: 'refused', number: 1, lines: ['why'] }],
    [{ type: 'finished' }],
    [{ type: 'alive' }],
  ])('are taken: %j', (message) => {
    expect(messageToKeeper(message)).toEqual(message);
  });

  it.each([
    [undefined],
    ['ask'],
    [{}],
    [{ type: 'ask', id: -1, name: 'x' }],
    [{ type: 'ask', id: 1, name: 'x'.repeat(65) }],
    [{ type: 'ask', id: 1, name: {} }],
    [{ type: 'taken', number: '1' }],
    [{ type: 'refused', number: 1, lines: [1] }],
    [{ type: 'refused', number: 1, lines: Array.from({ length: 1001 }, () => '') }],
    [{ type: 'provision' }],
  ])('are none: %j', (value) => {
    expect(messageToKeeper(value)).toBeUndefined();
  });

  it('are one of their kinds or none, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(['ask', 'taken', 'refused', 'finished', undefined]).toContain(messageToKeeper(value)?.type);
      }),
    );
  });
});

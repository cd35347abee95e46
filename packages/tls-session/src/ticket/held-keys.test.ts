import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createHeldKeys } from './held-keys.ts';
import { newTicketKey } from './ticket-key.ts';

describe('keys that are held', () => {
  it('are there until the last holder has let go', () => {
    const held = createHeldKeys();
    const key = newTicketKey(0, randomBytes);
    expect(held.find(key.name)).toBeUndefined();
    const [one, other] = [held.hold(key), held.hold(key)];
    one();
    one();
    expect(held.find(key.name)).toBe(key);
    expect(held.find(newTicketKey(0, randomBytes).name)).toBeUndefined();
    other();
    expect(held.find(key.name)).toBeUndefined();
  });

  it('are found by a ticket that begins with their name', () => {
    const held = createHeldKeys();
    const key = newTicketKey(0, randomBytes);
    held.hold(key);
    expect(held.find(Buffer.concat([key.name, randomBytes(100)]))).toBe(key);
    expect(held.find(key.name.subarray(0, 15))).toBeUndefined();
  });
});

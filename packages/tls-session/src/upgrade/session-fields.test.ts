import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSessionFields, sessionBegunAt } from './session-fields.ts';

const der = (tag: number, content: Buffer): Buffer =>
  content.length < 128
    ? Buffer.concat([Buffer.from([tag, content.length]), content])
    : Buffer.concat([Buffer.from([tag, 0x81, content.length]), content]);

const id = Buffer.alloc(32, 1);
const masterKey = Buffer.alloc(48, 2);
const time = (seconds: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(seconds);
  return der(0xa1, der(2, bytes));
};

const session = (...more: readonly Buffer[]): Buffer =>
  der(
    0x30,
    Buffer.concat([
      der(2, Buffer.from([1])),
      der(2, Buffer.from([3, 3])),
      der(4, Buffer.from([0xc0, 0x30])),
      der(4, id),
      der(4, masterKey),
      ...more,
    ]),
  );

describe('readSessionFields', () => {
  it('finds id and key', () => {
    expect(readSessionFields(session(time(1_700_000_000)))).toEqual({ id, masterKey });
  });

  it('reads nothing of half a session, and never throws', () => {
    const whole = session();
    for (let length = 0; length < whole.length; length++)
      expect(readSessionFields(whole.subarray(0, length))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        readSessionFields(Buffer.from(bytes));
        expect(sessionBegunAt(Buffer.from(bytes), 5)).toHaveLength(bytes.length);
      }),
    );
  });
});

describe('sessionBegunAt', () => {
  it('changes the time of its beginning and nothing else', () => {
    const more = der(0xa2, der(2, Buffer.from([7])));
    expect(sessionBegunAt(session(time(1_700_000_000), more), 1_800_000_000)).toEqual(
      session(time(1_800_000_000), more),
    );
  });

  it('leaves a session without a time as it is', () => {
    expect(sessionBegunAt(session(), 5)).toEqual(session());
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDecoder, keyOf, ProtocolError, valueOf } from './frame-decoder.ts';

interface Said {
  readonly opaque: number;
  readonly status: number;
  readonly extras: string;
  readonly key: string;
  readonly value: string;
}

function encode({ opaque, status, extras, key, value }: Said): Buffer {
  const body = Buffer.from(extras + key + value, 'latin1');
  const head = Buffer.alloc(24);
  head.writeUInt8(0x81, 0);
  head.writeUInt8(0x0c, 1);
  head.writeUInt16BE(key.length, 2);
  head.writeUInt8(extras.length, 4);
  head.writeUInt16BE(status, 6);
  head.writeUInt32BE(body.length, 8);
  head.writeUInt32BE(opaque, 12);
  return Buffer.concat([head, body]);
}

function decode(chunks: readonly Buffer[]): Said[] {
  const decoder = new FrameDecoder();
  const heard: Said[] = [];
  for (const chunk of chunks)
    decoder.push(chunk, (frame) => {
      const { opaque, status, extrasLength } = frame.header;
      heard.push({
        opaque,
        status,
        extras: frame.body.toString('latin1', 0, extrasLength),
        key: keyOf(frame).toString('latin1'),
        value: valueOf(frame).toString('latin1'),
      });
    });
  return heard;
}

const answers: readonly Said[] = [
  { opaque: 1, status: 0, extras: '\0\0\0\0', key: 'key', value: 'value' },
  { opaque: 2 ** 32 - 1, status: 1, extras: '', key: '', value: 'Not found' },
  { opaque: 0, status: 0, extras: '', key: '', value: '' },
];
const stream = Buffer.concat(answers.map(encode));

describe('FrameDecoder', () => {
  it('reads answers that come whole', () => {
    expect(decode([stream])).toEqual(answers);
  });

  it('reads answers that come byte by byte', () => {
    expect(decode([...stream].map((byte) => Buffer.from([byte])))).toEqual(answers);
  });

  it('keeps a begun answer to itself', () => {
    for (let end = 0; end < stream.length; end += 1) {
      const whole = answers.filter(
        (_, n) => Buffer.concat(answers.slice(0, n + 1).map(encode)).length <= end,
      );
      expect(decode([stream.subarray(0, end)])).toEqual(whole);
    }
  });

  it('reads the same however the bytes are cut', () => {
    const text = fc.string({ unit: 'binary-ascii', maxLength: 40 });
    const said = fc.record({
      opaque: fc.nat(2 ** 32 - 1),
      status: fc.nat(0xffff),
      extras: text,
      key: text,
      value: text,
    });
    fc.assert(
      fc.property(
        fc.array(said, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 60 })),
        (all, cuts) => {
          const bytes = Buffer.concat(all.map(encode));
          const chunks: Buffer[] = [];
          let at = 0;
          for (const cut of cuts) {
            chunks.push(bytes.subarray(at, at + cut));
            at += cut;
          }
          chunks.push(bytes.subarray(at));
          expect(decode(chunks)).toEqual(all);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['text', Buffer.from('E')],
    ['a request', Buffer.concat([Buffer.from([0x80]), Buffer.alloc(23)])],
    ['an answer above the largest entry', headerOf({ body: 1_048_576 + 1025 })],
    ['a key that is longer than the answer', headerOf({ body: 3, key: 4 })],
    ['extras that are longer than the answer', headerOf({ body: 3, extras: 4 })],
    ['another data type', headerOf({ dataType: 1 })],
  ])('refuses %s', (_, bytes) => {
    expect(() => decode([bytes])).toThrow(ProtocolError);
    expect(() => decode([...bytes].map((byte) => Buffer.from([byte])))).toThrow(ProtocolError);
  });

  it('takes time in proportion to the bytes of a large answer that comes in small pieces', () => {
    const large = encode({ opaque: 1, status: 0, extras: '', key: '', value: 'x'.repeat(1_000_000) });
    const decoder = new FrameDecoder();
    let bytes = 0;
    for (let at = 0; at < large.length; at += 100)
      decoder.push(large.subarray(at, at + 100), ({ body }) => (bytes += body.length));
    expect(bytes).toBe(1_000_000);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (chunks) => {
        try {
          decode(chunks.map((chunk) => Buffer.from(chunk)));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

function headerOf({ body = 0, key = 0, extras = 0, dataType = 0 }): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt8(0x81, 0);
  head.writeUInt16BE(key, 2);
  head.writeUInt8(extras, 4);
  head.writeUInt8(dataType, 5);
  head.writeUInt32BE(body, 8);
  return head;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeS, session12 } from '../../test/fixtures/sessions.ts';
import { decodeProftpdSession, encodeProftpdKey, encodeProftpdSession } from './session-records.ts';

const id = Buffer.from('a9f30d8e'.repeat(8), 'hex');
const session = { der: session12, expiresS: madeS + 1800 };
const encodings = ['tpl', 'json'] as const;
const tpl = Buffer.from(encodeProftpdSession('tpl', session)!);
const json = Buffer.from(encodeProftpdSession('json', session)!);

describe("the keys of ProFTPD's sessions", () => {
  it('are as it writes them', () => {
    expect(Buffer.from(encodeProftpdKey('tpl', id)).toString('latin1')).toBe(
      `tpl\x02N\0\0\0s\0A\0\0\0${'a9f30d8e'.repeat(8)}`,
    );
    expect(String(encodeProftpdKey('json', id))).toBe(`{"id":"${'a9f30d8e'.repeat(8)}"}\0`);
  });
});

describe("the records of ProFTPD's sessions", () => {
  it('are, as TPL, of one length, with the session first and zeros behind it', () => {
    expect(tpl).toHaveLength(10_268);
    expect(tpl.subarray(0, 28).toString('hex')).toBe(
      '74706c001c28000053287569632329000028000' + '0ca33036b81000000',
    );
    expect(tpl.subarray(28, 28 + session12.length)).toEqual(session12);
    expect(tpl.subarray(28 + session12.length).every((byte) => byte === 0)).toBe(true);
  });

  it('are, as JSON, one object and a NUL', () => {
    expect(String(json)).toBe(
      `{"expires":${madeS + 1800},"data":"${session12.toString('base64')}","data_len":129}\0`,
    );
  });

  it.each(encodings)('are read as they were written, as %s', (encoding) => {
    const read = decodeProftpdSession(encoding, encodeProftpdSession(encoding, session)!)!;
    expect({ ...read, der: Buffer.from(read.der) }).toEqual(session);
  });

  it('are read with whatever lies behind the session', () => {
    const record = Buffer.from(tpl).fill(0x5a, 28 + session12.length);
    expect(Buffer.from(decodeProftpdSession('tpl', record)!.der)).toEqual(session12);
  });

  it('are read in the layout of later sources, too', () => {
    const record = Buffer.from(tpl);
    record.writeInt32LE(0, 24);
    record.writeInt32LE(session12.length, 28);
    record.set(session12, 32);
    const read = decodeProftpdSession('tpl', record)!;
    expect({ ...read, der: Buffer.from(read.der) }).toEqual(session);
  });

  it.each([0, -1, 10_241, 0x7fff_ffff])('are none with the length %d', (length) => {
    const record = Buffer.from(tpl);
    record.writeInt32LE(length, 24);
    // Where later sources have their length.
    record.writeInt32LE(length === 0 ? 10_237 : 0x3081, 28);
    expect(decodeProftpdSession('tpl', record)).toBeUndefined();
  });

  it.each(encodings)('are none when they were cut or are longer, as %s', (encoding) => {
    const record = encoding === 'tpl' ? tpl : json;
    const lengths = encoding === 'tpl' ? [0, 1, 27, 28, 200, 10_267] : [...record.keys()].slice(0, -1);
    for (const length of lengths)
      expect(decodeProftpdSession(encoding, record.subarray(0, length))).toBeUndefined();
    expect(decodeProftpdSession(encoding, Buffer.concat([record, Buffer.of(0)]))).toBeUndefined();
  });

  it.each([
    '{}',
    'null',
    '[]',
    '{"expires":1,"data":"AAAA"}',
    '{"expires":1,"data":"AAAA","data_len":4}',
    '{"expires":1,"data":"AAA","data_len":2}',
    '{"expires":1,"data":"AA==","data_len":"1"}',
    '{"expires":-1,"data":"AA==","data_len":1}',
    '{"expires":1.5,"data":"AA==","data_len":1}',
    '{"expires":1,"data":"A\\nA==","data_len":1}',
    '{"expires":1,"data":"","data_len":0}',
    `{"expires":1,"data":"${Buffer.alloc(10_241).toString('base64')}","data_len":10241}`,
    `{"expires":1,"data":"AA==","data_len":1}${' '.repeat(20_000)}`,
  ])('are none when the JSON is %s', (text) => {
    expect(decodeProftpdSession('json', Buffer.from(`${text}\0`))).toBeUndefined();
  });

  it('may lack the NUL, and have further fields', () => {
    const read = decodeProftpdSession('json', Buffer.from('{"x":[],"expires":1,"data":"AA==","data_len":1}'));
    expect(read).toEqual({ expiresS: 1, der: Buffer.of(0) });
  });

  it('are not written for what has no room in them', () => {
    for (const encoding of encodings) {
      expect(encodeProftpdSession(encoding, { der: Buffer.alloc(10_241), expiresS: 1 })).toBeUndefined();
      expect(encodeProftpdSession(encoding, { der: Buffer.alloc(0), expiresS: 1 })).toBeUndefined();
      expect(encodeProftpdSession(encoding, { der: session12, expiresS: 2 ** 32 })).toBeUndefined();
    }
  });

  it('are read from anything without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...encodings), (bytes, encoding) => {
        const looksRight = Buffer.concat([(encoding === 'tpl' ? tpl : json).subarray(0, 30), bytes]);
        for (const each of [bytes, looksRight]) {
          const read = decodeProftpdSession(encoding, each);
          if (read !== undefined && read.der.length > 10_240) return false;
        }
        return true;
      }),
    );
  });
});

import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  decodeProftpdBan,
  encodeProftpdBan,
  encodeProftpdKey,
  isBanError,
  type ProftpdBan,
  type ProftpdEncoding,
} from '../src/index.ts';

interface Fixture {
  readonly banType: string;
  readonly encoding: ProftpdEncoding;
  readonly exptime: number;
  readonly key: string;
  readonly value: string;
}
const { records } = JSON.parse(
  readFileSync(new URL('fixtures/ban-records.json', import.meta.url), 'utf8'),
) as { records: readonly Fixture[] };

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe.each(records)(
  'what ProFTPD wrote for a $banType as $encoding',
  ({ encoding, key, value, exptime }) => {
    const ban = decodeProftpdBan(encoding, fromHex(value));

    test('is read', () => {
      expect(ban.serverAddress).toBe('127.0.0.1');
      expect(ban.serverPort).toBe(21_050);
      expect(ban.expiresS).toBe(exptime);
      expect(ban.serverId).toBe(1);
    });

    test('is written again byte for byte, key and value', () => {
      expect(hex(encodeProftpdBan(encoding, ban))).toBe(value);
      const whole = Buffer.concat([
        Buffer.from('mod_ban.'),
        encodeProftpdKey(encoding, ban.type, ban.name) as Uint8Array,
      ]);
      expect(whole.toString('hex')).toBe(key);
    });

    test('is refused cut at any byte, and with anything behind it', () => {
      const bytes = fromHex(value);
      // ProFTPD takes JSON without its NUL, too.
      const least = encoding === 'json' ? bytes.length - 1 : bytes.length;
      for (let length = 0; length < least; length += 1)
        expect(isRefused(encoding, bytes.subarray(0, length))).toBe(true);
      expect(isRefused(encoding, Buffer.concat([bytes, Buffer.from('x')]))).toBe(true);
    });
  },
);

function isRefused(encoding: ProftpdEncoding, bytes: Uint8Array): boolean {
  try {
    decodeProftpdBan(encoding, bytes);
    return false;
  } catch (error) {
    if (isBanError(error, 'BAN_BAD_RECORD')) return true;
    throw error;
  }
}

const sample: ProftpdBan = {
  type: 'user',
  name: 'bob',
  reason: 'why',
  message: '',
  updatedS: 1_795_337_045,
  expiresS: 0,
  serverAddress: '127.0.0.1',
  serverPort: 21_003,
  serverId: 1,
};

test('JSON is escaped as ProFTPD does it', () => {
  const name = '"\\/\b\f\n\r\t\u0001\u001e\u001f\u007fé';
  const key = Buffer.from(encodeProftpdKey('json', 'user', name) ?? []).toString();
  expect(key).toBe('{"ban_type_id":3,"ban_name":"\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001E\u001f\u007fé"}\0');
  const value = encodeProftpdBan('json', { ...sample, name }) as Uint8Array;
  expect(decodeProftpdBan('json', value).name).toBe(name);
});

test('a name that is not UTF-8 has a TPL record and no JSON one', () => {
  const name = '\udce9\udce8';
  expect(encodeProftpdKey('json', 'user', name)).toBeUndefined();
  expect(encodeProftpdBan('json', { ...sample, name })).toBeUndefined();
  expect(hex(encodeProftpdKey('tpl', 'user', name)).endsWith('03000000e9e8')).toBe(true);
  const value = encodeProftpdBan('tpl', { ...sample, name }) as Uint8Array;
  expect(decodeProftpdBan('tpl', value).name).toBe(name);
});

test('no record of server 0 is written as JSON', () => {
  const value = encodeProftpdBan('json', { ...sample, serverId: 0 }) as Uint8Array;
  expect(decodeProftpdBan('json', value).serverId).toBe(1);
});

const fields = JSON.parse(
  Buffer.from((encodeProftpdBan('json', sample) as Uint8Array).subarray(0, -1)).toString(),
) as Record<string, unknown>;

test.each([
  ['version', [1, 3, '2', null]],
  ['update_ts', [-1, '1', null, 1e300]],
  ['ip_addr', [1, null]],
  ['port', [0, 65_536, '21', 1.5]],
  ['ban_type', ['group ban', 3, null]],
  ['ban_name', [1, null, '', 'a\0b']],
  ['ban_reason', [1, null]],
  ['ban_message', [1, null]],
  ['expires_ts', [-1, '0', true]],
  ['server_id', [0, -1, '1']],
])('a JSON record whose %s is missing or wrong is refused', (name, wrong) => {
  const text = (value: object): Uint8Array => Buffer.from(`${JSON.stringify(value)}\0`);
  const { [name]: left, ...others } = fields;
  expect(isRefused('json', text({ ...others, [name]: left, more: 1 }))).toBe(false);
  expect(isRefused('json', text(others))).toBe(true);
  for (const value of wrong) expect(isRefused('json', text({ ...fields, [name]: value }))).toBe(true);
});

test.each(['', '\0', '[]\0', 'null\0', '"x"\0', '{}\0', '{"version":2}\0\0'])(
  'the value %j is refused',
  (text) => {
    expect(isRefused('json', Buffer.from(text))).toBe(true);
    expect(isRefused('tpl', Buffer.from(text))).toBe(true);
  },
);

test('any ban comes back as it was', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.includes('\0'));
  const ban = fc.record({
    type: fc.constantFrom('host', 'user', 'class', 'user@host'),
    name: text.filter((name) => name !== ''),
    reason: text,
    message: text,
    updatedS: fc.nat(0xffffffff),
    expiresS: fc.nat(0xffffffff),
    serverAddress: text,
    serverPort: fc.integer({ min: 1, max: 65_535 }),
    serverId: fc.integer({ min: 1, max: 1000 }),
  }) as fc.Arbitrary<ProftpdBan>;
  fc.assert(
    fc.property(ban, fc.constantFrom('tpl', 'json'), (whole, encoding) => {
      expect(decodeProftpdBan(encoding, encodeProftpdBan(encoding, whole) as Uint8Array)).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});

test('a million mutated records give rejections, or bans', () => {
  const samples = records.map(({ encoding, value }) => ({ encoding, bytes: fromHex(value) }));
  let state = 20_261_122;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const seen = { refused: 0, read: 0 };
  try {
    for (let count = 0; count < 1_000_000; count += 1) {
      const { encoding, bytes } = samples[count % samples.length] as (typeof samples)[number];
      const mutated = bytes.slice(0, random(4) === 0 ? random(bytes.length + 1) : bytes.length);
      for (let left = 1 + random(3); left > 0 && mutated.length > 0; left -= 1)
        mutated[random(mutated.length)] = random(256);
      seen[isRefused(encoding, mutated) ? 'refused' : 'read'] += 1;
    }
  } finally {
    Error.stackTraceLimit = limit;
  }
  expect(seen.refused + seen.read).toBe(1_000_000);
  expect(seen.refused).toBeGreaterThan(seen.read / 10);
}, 60_000);

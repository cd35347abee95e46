import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createTplCodec } from '../src/index.ts';

interface RecordedBan {
  readonly banType: string;
  readonly encoding: string;
  readonly exptime: number;
  readonly key: string;
  readonly value: string;
}

const { records } = JSON.parse(
  readFileSync(new URL('fixtures/ban-records.json', import.meta.url), 'utf8'),
) as { readonly records: readonly RecordedBan[] };

const bans = records.filter(({ encoding }) => encoding === 'tpl');
const prefix = Buffer.from('mod_ban.');
const keyCodec = createTplCodec('vs');
const banCodec = createTplCodec('S(iusiisssui)');
const text = (value: Uint8Array | null): string | undefined =>
  value === null ? undefined : Buffer.from(value).toString();

test('there are records of all four kinds of bans', () => {
  expect(bans.map(({ banType }) => banType).toSorted()).toEqual(['class', 'host', 'user', 'userhost']);
});

test.each(bans)(
  'the $banType ban that proftpd 1.3.8 wrote is read, and written byte for byte',
  ({ key, value, exptime }) => {
    const keyBytes = Buffer.from(key, 'hex');
    const valueBytes = Buffer.from(value, 'hex');
    const [type, name] = keyCodec.decode(keyBytes.subarray(prefix.length));
    const ban = banCodec.decode(valueBytes);
    const [version, , ip, , banType, banName, , , expires, serverId] = ban;
    expect({ version, ip: text(ip), banType, banName, expires, serverId }).toEqual({
      version: 2,
      ip: '127.0.0.1',
      banType: type,
      banName: name,
      expires: exptime,
      serverId: 1,
    });
    expect(Buffer.concat([prefix, keyCodec.encode([type, name])])).toEqual(keyBytes);
    expect(Buffer.from(banCodec.encode(ban))).toEqual(valueBytes);
  },
);

test('a TLS session record is as long as proftpd writes it', () => {
  const id = Buffer.from('ab'.repeat(32));
  const key = createTplCodec('s').encode([id]);
  expect(Buffer.from(key).toString('hex')).toBe(`74706c024e000000730041000000${id.toString('hex')}`);
  const value = createTplCodec('S(uic#)', { counts: [10_240] }).encode([1, 129, new Uint8Array(10_240)]);
  expect(value).toHaveLength(10_268);
  expect(Buffer.from(value.subarray(0, 20)).toString('hex')).toBe(
    '74706c001c2800005328756963232900' + '00280000',
  );
});

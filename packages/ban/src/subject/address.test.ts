import { isIP, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';
import { formatPrefix, parsePrefix } from './prefix.ts';

const spell = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
};

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['::FFFF:7f00:1', '127.0.0.1'],
  ['0:0:0:0:0:ffff:7f00:0001', '127.0.0.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::', '::'],
  ['::1.2.3.4', '::102:304'],
  ['255.255.255.255', '255.255.255.255'],
])('%s is spelt %s', (text, spelling) => {
  expect(spell(text)).toBe(spelling);
});

test.each([
  '',
  '1.2.3',
  '01.2.3.4',
  '1.2.3.256',
  '1.2.3.4.5',
  '0x7f.1.1.1',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
])('%s is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test('an address of the system is one here, and its spelling means the same', () => {
  const addresses = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(addresses, (text) => {
      fc.pre(isIP(text) !== 0);
      const spelling = spell(text) as string;
      expect(spell(spelling)).toBe(spelling);
      expect(parseAddress(spelling)).toEqual(parseAddress(text));
      // The URL parser writes IPv6 as RFC 5952 has it.
      if (isIPv6(spelling)) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${spelling}]`);
    }),
  );
});

test('no text makes it throw, and none that the system refuses is an address', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdfF:.%/'.split('')), maxLength: 45 });
  fc.assert(
    fc.property(text, (candidate) => {
      if (parseAddress(candidate) !== undefined) expect(isIP(candidate)).not.toBe(0);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['10.1.2.3/32', '10.1.2.3'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:db8::ffff/32', '2001:db8::/32'],
  ['2001:db8::1:0:0:0:1/64', '2001:db8:0:1::/64'],
  ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ['::1/128', '::1'],
])('the network %s is spelt %s', (text, spelling) => {
  const prefix = parsePrefix(text);
  expect(prefix === undefined ? undefined : formatPrefix(prefix)).toBe(spelling);
});

test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/8/8', '::/129', '::ffff:1.2.3.4/95', '/8'])(
  '%s is no network',
  (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  },
);

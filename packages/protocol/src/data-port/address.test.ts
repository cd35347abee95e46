import fc from 'fast-check';
import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addressScope, formatAddress, isPortPrivileged, normaliseAddress, parseAddress } from './address.ts';

describe('normaliseAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:7F00:1', '127.0.0.1'],
    ['0:0:0:0:0:ffff:7f00:0001', '127.0.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['10:0:0:100:0:0:0:1', '10:0:0:100::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('spells %s as %s', (text, normal) => {
    expect(normaliseAddress(text)).toBe(normal);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    '0x7f.0.0.1',
    '2130706433',
    ':',
    ':::',
    '1:2',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1.2.3',
    '1.2.3.4::',
    '::ffff:1.2.3.4:5',
    'localhost',
    `${'1:'.repeat(100)}1`,
  ])('takes %j for no address', (text) => {
    expect(normaliseAddress(text)).toBeUndefined();
  });

  it('takes for addresses what Node takes for addresses', () => {
    const group = fc.oneof(
      fc.constantFrom('', '0', 'ffff', '1.2.3.4', '::', 'g'),
      fc.stringMatching(/^[0-9a-f]{1,5}$/),
    );
    const text = fc.oneof(
      fc.array(group, { maxLength: 9 }).map((parts) => parts.join(':')),
      fc.ipV6(),
      fc.ipV4(),
    );
    fc.assert(
      fc.property(text, (address) => {
        expect(parseAddress(address) !== undefined).toBe(isIPv4(address) || isIPv6(address));
      }),
      { numRuns: 500 },
    );
  });

  it('reads its own spelling as the same address', () => {
    const some = fc.oneof(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc
        .array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 })
        .map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(some, (bytes) => {
        const text = formatAddress({ family: 6, bytes });
        expect(isIPv6(text)).toBe(true);
        const again = parseAddress(text);
        expect(again?.family === 4 ? again.bytes : again?.bytes).toEqual(
          again?.family === 4 ? bytes.slice(12) : bytes,
        );
      }),
    );
  });
});

describe('addressScope', () => {
  it.each([
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['127.9.9.9', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.15.0.1', 'public'],
    ['172.16.0.1', 'private'],
    ['172.31.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.128.0.1', 'public'],
    ['169.254.169.254', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'multicast'],
    ['8.8.8.8', 'public'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['fc00::1', 'private'],
    ['fdff::1', 'private'],
    ['fec0::1', 'private'],
    ['ff02::1', 'multicast'],
    ['2001:db8::1', 'public'],
  ])('puts %s into %s', (text, scope) => {
    const address = parseAddress(text);
    expect(address && addressScope(address)).toBe(scope);
  });
});

describe('isPortPrivileged', () => {
  it('draws the line at 1024', () => {
    expect([0, 21, 1023, 1024, 65_535].map(isPortPrivileged)).toEqual([true, true, true, false, false]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  canonicalAddress,
  hiddenServers,
  selectServer,
  selectServerByName,
  type BoundServer,
} from './server-selection.ts';

const bound = (
  server: string,
  addresses: readonly string[],
  port = 21,
  hostNames: readonly string[] = [],
  isDefault = false,
): BoundServer<string> => ({
  server,
  addresses,
  port,
  hostNames,
  isDefault,
});

describe('selectServer', () => {
  const servers = [
    bound('main', ['0.0.0.0']),
    bound('a', ['10.0.0.1', '10.0.0.2'], 21, ['a.example']),
    bound('b', ['10.0.0.1'], 21, ['b.example', '*.group.example']),
    bound('six', ['2001:db8::1'], 2121),
    bound('off', ['10.0.0.9'], 0),
  ];

  it.each([
    ['10.0.0.1', 21, 'a'],
    ['10.0.0.2', 21, 'a'],
    ['::ffff:10.0.0.2', 21, 'a'],
    ['::FFFF:0a00:0002', 21, 'a'],
    ['10.0.0.3', 21, 'main'],
    ['2001:0DB8:0:0::0001', 2121, 'six'],
    ['10.0.0.9', 21, 'main'],
    ['10.0.0.9', 0, undefined],
    ['10.0.0.1', 2121, 'six'],
    ['10.0.0.1', 2122, undefined],
  ])('takes %s port %i to %s', (address, port, expected) => {
    expect(selectServer(servers, address, port)).toBe(expected);
  });

  it('takes an address that is nobody’s to the default server at the port, else to the first there', () => {
    const none = [bound('a', ['10.0.0.1']), bound('b', ['10.0.0.2'])];
    expect(selectServer(none, '10.0.0.3', 21)).toBe('a');
    expect(selectServer([...none, bound('d', ['10.0.0.4'], 21, [], true)], '10.0.0.3', 21)).toBe('d');
    expect(selectServer([...none, bound('d', ['10.0.0.4'], 22, [], true)], '10.0.0.3', 21)).toBe('a');
    expect(selectServer([...none, bound('d', ['10.0.0.4'], 22, [], true)], '10.0.0.3', 23)).toBe('d');
    expect(selectServer([bound('off', ['10.0.0.1'], 0), bound('b', ['10.0.0.2'])], '10.0.0.1', 21)).toBe('b');
    expect(selectServer([bound('d', ['10.0.0.2'], 0, [], true)], '10.0.0.3', 21)).toBeUndefined();
    expect(selectServer([], '10.0.0.3', 21)).toBeUndefined();
  });

  it.each([
    ['b.example', 'b'],
    ['B.Example.', 'b'],
    ['a.example', 'a'],
    ['x.group.example', 'b'],
    ['c.example', undefined],
  ])('finds %s by name among those at the address', (name, expected) => {
    expect(selectServerByName(servers, '10.0.0.1', 21, name)).toBe(expected);
  });

  it('does not find a name that belongs to another address', () => {
    expect(selectServerByName(servers, '10.0.0.2', 21, 'b.example')).toBeUndefined();
  });

  it('names the servers that nobody can reach', () => {
    expect(
      hiddenServers([
        bound('m', ['127.0.0.1']),
        bound('v', ['::ffff:127.0.0.1']),
        bound('n', ['127.0.0.1'], 21, ['x']),
        bound('o', ['127.0.0.1'], 0),
      ]),
    ).toEqual([{ hidden: 'v', by: 'm', address: '::ffff:127.0.0.1', port: 21 }]);
  });
});

describe('canonicalAddress', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['[::1]', '0:0:0:0:0:0:0:1'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['2001:DB8::', '2001:db8:0:0:0:0:0:0'],
    ['Host.Example', 'host.example'],
  ])('%s is %s', (address, expected) => {
    expect(canonicalAddress(address)).toBe(expected);
  });
});

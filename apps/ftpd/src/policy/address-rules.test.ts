import { describe, expect, it } from 'vitest';
import { hostRule } from './address-rules.ts';
import { classMatcher, classOf } from './client-class.ts';

describe('hostRule', () => {
  it.each([
    ['all', '192.0.2.1', true],
    ['none', '192.0.2.1', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.10', false],
    ['192.0.2.', '192.0.2.10', true],
    ['192.0.2.', '192.0.20.1', false],
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.*', '192.0.77.1', true],
    ['192.0.2.[0-9]', '192.0.2.10', false],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::1', '2001:0db8::0001', true],
    ['2001:db8::/32', '192.0.2.1', false],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['!192.0.2.1', '192.0.2.1', false],
    ['!192.0.2.1', '192.0.2.2', true],
  ])('%s about %s: %s', (rule, address, expected) => {
    expect(hostRule(rule)({ address })).toBe(expected);
  });

  it.each([
    ['host.example.com', true],
    ['HOST.example.com', true],
    ['example.com', false],
    ['.example.com', true],
    ['*.example.com', true],
    ['h?st.*', true],
    ['.other.com', false],
  ])('%s about a named host: %s', (rule, expected) => {
    expect(hostRule(rule)({ address: '192.0.2.1', name: 'Host.Example.com' })).toBe(expected);
  });

  it.each(['192.0.2.0/33', 'a b', '192.0.2.0/', '[', ''])('refuses %j', (rule) => {
    expect(() => hostRule(rule)).toThrow(RangeError);
  });
});

it('knows which rules depend on names', () => {
  const dependent = ['all', '10.', '10.0.0.0/8', '192.0.*', '!.example.com', 'host', '*.org'].filter(
    (rule) => hostRule(rule).isAboutNames,
  );
  expect(dependent).toEqual(['!.example.com', 'host', '*.org']);
});

describe('classes', () => {
  it('takes the first class that matches', () => {
    const classes = [
      classMatcher({ name: 'lan', from: ['10.0.0.0/8', '192.168.'], satisfy: 'any' }),
      classMatcher({ name: 'rest', from: ['all'], satisfy: 'any' }),
    ];
    expect(classOf(classes, { address: '192.168.1.1' })).toBe('lan');
    expect(classOf(classes, { address: '192.0.2.1' })).toBe('rest');
  });

  it('wants every rule with Satisfy all', () => {
    const most = classMatcher({ name: 'most', from: ['.example.com', '!bad.example.com'], satisfy: 'all' });
    expect(most.matches({ address: '192.0.2.1', name: 'good.example.com' })).toBe(true);
    expect(most.matches({ address: '192.0.2.1', name: 'bad.example.com' })).toBe(false);
    expect(classMatcher({ name: 'empty', from: [], satisfy: 'all' }).matches({ address: '192.0.2.1' })).toBe(
      false,
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../errors.ts';
import { formatPasvEndpoint, parseEprt, parseEpsv, parsePort } from './endpoint.ts';

/** Any UTF-16, lone surrogates included: names that are not UTF-8 are made of them. */
const anyText = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units));

function outcome(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return isProtocolError(error) ? error.reply.code : error;
  }
}

describe('parsePort', () => {
  it.each([
    ['127,0,0,1,200,10', { family: 4, address: '127.0.0.1', port: 51_210 }],
    ['127,0,0,1,0,20', { family: 4, address: '127.0.0.1', port: 20 }],
    ['255,255,255,255,255,255', { family: 4, address: '255.255.255.255', port: 65_535 }],
    ['010,0,0,1,4,0', { family: 4, address: '10.0.0.1', port: 1024 }],
  ])('reads %s', (text, endpoint) => {
    expect(parsePort(text)).toEqual(endpoint);
  });

  it.each([
    '',
    '127,0,0,1,4',
    '127,0,0,1,4,0,7',
    '127,0,0,1,200,256',
    '127,0,0,256,4,0',
    '+127,0,0,1,4,0',
    '-127,0,0,1,4,0',
    '0127,0,0,1,4,0',
    '0x7f,0,0,1,4,0',
    '127,0,0,1,4,0x',
    '127,0,0,1,4,0 ',
    '127.0.0.1.4.0',
    '0,0,0,0,4,0',
    '127,0,0,1,0,0',
    '127,0,0,1,4,0\n',
    '１27,0,0,1,4,0',
  ])('answers 501 to %j', (text) => {
    expect(outcome(() => parsePort(text))).toBe(501);
  });

  it('is the inverse of what 227 says', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }), (address, port) => {
        fc.pre(address !== '0.0.0.0');
        const endpoint = { family: 4, address, port } as const;
        expect(parsePort(formatPasvEndpoint(endpoint))).toEqual(endpoint);
      }),
    );
  });
});

describe('parseEprt', () => {
  it.each([
    ['|1|127.0.0.1|5000|', { family: 4, address: '127.0.0.1', port: 5000 }],
    ['!1!127.0.0.1!5000!', { family: 4, address: '127.0.0.1', port: 5000 }],
    ['|2|2001:DB8::1|65535|', { family: 6, address: '2001:db8::1', port: 65_535 }],
    ['|2|::ffff:127.0.0.1|5000|', { family: 4, address: '127.0.0.1', port: 5000 }],
    ['|2|::ffff:7f00:1|5000|', { family: 4, address: '127.0.0.1', port: 5000 }],
    ['|1|127.0.0.1|80|', { family: 4, address: '127.0.0.1', port: 80 }],
  ])('reads %s', (text, endpoint) => {
    expect(parseEprt(text)).toEqual(endpoint);
  });

  it.each([
    '|1|127.0.0.1|5000',
    '|1|127.0.0.1|5000|x',
    '|1|127.0.0.1|5000||',
    '|1|127.0.0.1|0|',
    '|1|127.0.0.1|65536|',
    '|1|127.0.0.1|+5000|',
    '|1|127.0.0.1|-1|',
    '|1|foo|5000|',
    '|1|127.1|5000|',
    '|1|::1|5000|',
    '|2|127.0.0.1|5000|',
    '|2|fe80::1%lo|5000|',
    '|1|127.0.0.1||',
    '|1||5000|',
  ])('answers 501 to %j', (text) => {
    expect(outcome(() => parseEprt(text))).toBe(501);
  });

  it.each([
    '',
    'x',
    '|',
    '|3|127.0.0.1|5000|',
    '|x|127.0.0.1|5000|',
    '||127.0.0.1|5000|',
    '|constructor|::1|1|',
    '11127.0.0.1150001',
  ])('answers 522 to %j', (text) => {
    expect(outcome(() => parseEprt(text))).toBe(522);
  });

  it('answers any text with an endpoint, 501 or 522', () => {
    const piece = fc.constantFrom('|', '1', '2', '127.0.0.1', '::1', '5000', '\u{1f600}', ' ');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((list) => list.join('')),
          anyText,
        ),
        (text) => {
          const result = outcome(() => parseEprt(text));
          if (typeof result === 'number') expect([501, 522]).toContain(result);
          else expect(result).toHaveProperty('port');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('parseEpsv', () => {
  it.each([
    ['', { kind: 'open' }],
    ['1', { kind: 'open', family: 4 }],
    ['2', { kind: 'open', family: 6 }],
    ['1 2', { kind: 'open', family: 4 }],
    ['all', { kind: 'all' }],
    ['ALL', { kind: 'all' }],
    ['3', 522],
    ['-1', 522],
    ['x', 501],
    ['1x', 501],
  ])('reads %j', (text, expected) => {
    expect(outcome(() => parseEpsv(text))).toEqual(expected);
  });
});

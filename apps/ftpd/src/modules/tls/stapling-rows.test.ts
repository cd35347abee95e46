import { describe, expect, it } from 'vitest';
import { configurationOf, problemsOf } from '../../../test/configuration-of.ts';
import {
  tlsStapling,
  tlsStaplingCache,
  tlsStaplingOptions,
  tlsStaplingResponder,
  tlsStaplingTimeout,
} from './stapling-rows.ts';

async function scopeOf(text: string) {
  const configuration = await configurationOf(text);
  const [server] = configuration.servers;
  return configuration.scope({ server });
}

describe('the directives of OCSP stapling', () => {
  // Measured with `proftpd -t` of 1.3.8.
  it.each([
    ['TLSStapling', 'TLSStapling: missing parameters'],
    ['TLSStapling maybe', 'TLSStapling: expected Boolean parameter'],
    ['TLSStaplingCache', 'TLSStaplingCache: missing parameters'],
    ['TLSStaplingCache on', 'TLSStaplingCache: badly formatted parameter'],
    ['TLSStaplingCache memcache', 'TLSStaplingCache: badly formatted parameter'],
    ['TLSStaplingOptions', 'TLSStaplingOptions: wrong number of parameters'],
    ['TLSStaplingOptions nononce', "TLSStaplingOptions: : unknown TLSStaplingOption 'nononce'"],
    ['TLSStaplingResponder', 'TLSStaplingResponder: missing parameters'],
    ['TLSStaplingResponder ftp://x/', "TLSStaplingResponder: error parsing URL 'ftp://x/'"],
    ['TLSStaplingResponder http://x:99999/', "TLSStaplingResponder: error parsing URL 'http://x:99999/'"],
    ['TLSStaplingTimeout', 'TLSStaplingTimeout: missing parameters'],
    ['TLSStaplingTimeout foo', "TLSStaplingTimeout: error parsing timeout value 'foo': Invalid argument"],
    ['TLSStaplingTimeout 1.5', "TLSStaplingTimeout: error parsing timeout value '1.5': Invalid argument"],
    ['<Directory />\nTLSStapling on\n</Directory>', 'TLSStapling: directive not allowed in <Directory>'],
    ['<Global>\nTLSStaplingCache redis:\n</Global>', 'TLSStaplingCache: directive not allowed in <Global>'],
  ])('%j is refused in the words of ProFTPD', async (text, expected) => {
    const { errors } = await problemsOf(`${text}\n`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`: ${expected}`);
  });

  it('are read', async () => {
    const scope = await scopeOf(`TLSStapling on
TLSStaplingCache memcache:/json
TLSStaplingOptions NoNonce
TLSStaplingOptions NoFakeTryLater
TLSStaplingResponder https://ocsp.example.org/x
TLSStaplingTimeout 2m
`);
    expect(scope.first(tlsStapling)).toBe(true);
    expect(scope.first(tlsStaplingCache)).toMatchObject({
      type: 'memcache',
      line: expect.any(Number) as number,
    });
    expect([...scope.first(tlsStaplingOptions)]).toEqual(['NoNonce', 'NoFakeTryLater']);
    expect(scope.first(tlsStaplingResponder)).toBe('https://ocsp.example.org/x');
    expect(scope.first(tlsStaplingTimeout)).toBe(120_000);
  });

  it('have defaults', async () => {
    const scope = await scopeOf('');
    expect(scope.first(tlsStapling)).toBeUndefined();
    expect(scope.first(tlsStaplingCache)).toBeUndefined();
    expect(scope.first(tlsStaplingOptions).size).toBe(0);
    expect(scope.first(tlsStaplingTimeout)).toBe(10_000);
  });

  it.each([
    ['TLSStaplingOptions NoVerify', 'answers that anybody'],
    ['TLSStaplingTimeout 0', '10 seconds are used'],
    ['TLSStapling on off', "after 'on' are ignored"],
  ])('%s is warned about', async (text, expected) => {
    const { errors, warnings } = await problemsOf(`${text}\n`);
    expect(errors).toEqual([]);
    expect(warnings.join('\n')).toContain(expected);
  });

  it('an address without http:// has it, and off is no cache', async () => {
    const scope = await scopeOf('TLSStaplingResponder ocsp.example.org\nTLSStaplingCache off\n');
    expect(scope.first(tlsStaplingResponder)).toBe('http://ocsp.example.org/');
    expect(scope.first(tlsStaplingCache)).toBe('off');
  });
});

import { describe, expect, it } from 'vitest';
import { cipherBits } from './cipher-bits.ts';
import { ticketKeyOptions } from './session-groups.ts';
import { rulesOf } from './tls-port.ts';

describe('TLSRequired in the dialogue', () => {
  it.each([
    ['optional', false, { requiresTlsToLogIn: false, requiresControlTls: false }],
    ['login', false, { requiresTlsToLogIn: true, requiresControlTls: false }],
    ['always', false, { requiresTlsToLogIn: true, requiresControlTls: true }],
    ['login', true, { requiresTlsToLogIn: true, requiresControlTls: false }],
  ] as const)('%s (AllowPerUser: %s) before the login', (control, isPerUser, expected) => {
    expect(rulesOf({ control, data: 'optional' }, { isPerUser, isLoggedIn: false })).toMatchObject(expected);
  });

  it('with AllowPerUser waits for the login, and holds from then on', () => {
    const rules = (isLoggedIn: boolean) =>
      rulesOf({ control: 'always', data: 'required' }, { isPerUser: true, isLoggedIn });
    expect(rules(false)).toEqual({
      requiresTlsToLogIn: false,
      requiresControlTls: false,
      dataTls: 'required',
    });
    expect(rules(true)).toMatchObject({ requiresTlsToLogIn: true, requiresControlTls: true });
  });
});

describe('TLSSessionTicketKeys', () => {
  it.each([
    [
      { ageMs: 60_000, count: 2 },
      { rotateMs: 60_000, generations: 2 },
    ],
    [
      { ageMs: 3 * 3_600_000, count: 25 },
      { rotateMs: 3_600_000, generations: 4 },
    ],
    [
      { ageMs: 12 * 3_600_000, count: 25 },
      { rotateMs: 6_171_429, generations: 8 },
    ],
    [
      { ageMs: 12 * 3_600_000, count: 4 },
      { rotateMs: 14_400_000, generations: 4 },
    ],
  ])('%j is %j: every ticket is taken until its age', (ages, options) => {
    expect(ticketKeyOptions(ages)).toEqual(options);
    expect((options.generations - 1) * options.rotateMs).toBeGreaterThanOrEqual(ages.ageMs);
  });
});

describe('bits of a cipher', () => {
  it.each([
    ['TLS_AES_256_GCM_SHA384', 256],
    ['TLS_AES_128_GCM_SHA256', 128],
    ['TLS_CHACHA20_POLY1305_SHA256', 256],
    ['ECDHE-RSA-AES256-GCM-SHA384', 256],
    ['ECDHE-ECDSA-AES128-GCM-SHA256', 128],
    ['ECDHE-RSA-CHACHA20-POLY1305', 256],
    ['DES-CBC3-SHA', 112],
    ['ECDHE-RSA-NULL-SHA', 0],
  ])('%s: %i', (name, bits) => {
    expect(cipherBits(name)).toBe(bits);
  });
});

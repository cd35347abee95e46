import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPassword, dummyHash, hashPassword } from './password-hash.ts';
import { hashSchemes, schemeOf } from './hash-schemes.ts';

const long = 'a'.repeat(100);

/** Made by libxcrypt 4.4 through Python's crypt module. */
const vectors: readonly (readonly [password: string, hash: string])[] = [
  ['password', 'abJnggxhB/yWI'],
  ['', 'abmF1QH4PEr.E'],
  ['é£€', 'ab7RKQCQigNlU'],
  [long, 'abBUNZY4cR2mg'],
  ['password', './xZjzHv5vzVE'],
  ['é£€', './ELqHwpE6.mA'],
  ['password', '$1$abcdefgh$G//4keteveJp0qb8z2DxG/'],
  ['', '$1$abcdefgh$M55TzYaaccxVGbptZWaxX/'],
  ['é£€', '$1$abcdefgh$ydo1X8Yg/S8JCDtGtlmbD0'],
  [long, '$1$abcdefgh$PMYmUtA3DUw85XNTjARVj0'],
  ['password', '$1$a$ST5kqD4oZxgiNWF1.mkWu1'],
  ['é£€', '$1$a$LKAZc73YyWgCPgpSdMys31'],
  ['password', '$1$$I2o9Z7NcvQAKp7wyCTlia0'],
  ['', '$1$$qRPK7m23GJusamGpoGLby/'],
  ['é£€', '$1$$N0E2gFa7SWVkVnWJL3rwp0'],
  [long, '$1$$rNhMnBBNllPRYQhxQp00b/'],
  ['password', '$5$saltsalt$gOjOtoMpVhru2uyjeJSEc/JaLQWOXMNmlOnj6T4AtC.'],
  ['', '$5$saltsalt$09agN5RZ2meWdEdnEusqsq5G7RwwghB8jCKoWWADxW/'],
  ['é£€', '$5$saltsalt$t.r2vY/3LAIybTadntrGmZo7qgPO3.RU62rScI0TOE4'],
  [long, '$5$saltsalt$dE26pkQcDlsOFC2WC9i3hUpC.YMTmYI2g55bbg6eTM0'],
  ['password', '$5$rounds=1000$x$qJLv4pvDPeZRN4swJyhU3ZR3jSNhO4Xoyru4iIVxwM8'],
  ['é£€', '$5$rounds=1000$x$bodxens7UmQ9MK8wVi1L2iLWNo66sVENTRkBNczJfu8'],
  ['password', '$5$abcdefghijklmnop$ieyonWfl7MR75BuN79Fkt2PqhPI43TsNZYGUObDGVI/'],
  ['', '$5$abcdefghijklmnop$p99E2fxZB/BTl9j.a2VRY5z71zEP761isnVBuiGlzV3'],
  ['é£€', '$5$abcdefghijklmnop$Op7kegtYGN8VIQ0yKexHOSden3rupd5XAmjvx/Zl6z/'],
  [long, '$5$abcdefghijklmnop$GVfEH2jFx161VOuIgXFXekil7sVwefZTVjH7P3KiDE6'],
  [
    'password',
    '$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/',
  ],
  ['', '$6$saltsalt$qkTgsCrWMTAS9gBGcf9W60sFfH.hU0oTCAOJjhbz5tSp/sU3/xXZK4OFwCtq8lIIdpJ6CatVdOTSHKp97TPkt/'],
  [
    'é£€',
    '$6$saltsalt$wfxL5IK3VOx7IzXzT9pZ/qA5gGex7x9N86PthZnWmg5nlfgXfGYrvilWo9uGQYOm7OATJbuqGRp4PewqyQEfU/',
  ],
  [
    long,
    '$6$saltsalt$5pCfRkgyuHHfq5b9hyy4JzNVpGF3v5AtTammaiH6wcclJXBFFgRz2JEJV9vXQ6gjhY3KHa0P1SF0/yig4lmf/1',
  ],
  [
    'password',
    '$6$rounds=1001$0123456789abcdef$OtpSlnTXb6V/kPCG.lTvW2UsAtGzHPwPjEjq2L//beuYJOaXQcsbbgGYNKNoFdoXa0G/ekFuBO7HI..FDx5Kx0',
  ],
  [
    '',
    '$6$rounds=1001$0123456789abcdef$.hVA5UF88nIIMTfxmUPnm5Gp/6G806GCWtHDBDgBqOgaXV/HDE/p.Z8fpdEzpDdpjuI1DA9Jq6FMU4zA/ymWk.',
  ],
  [
    'é£€',
    '$6$rounds=1001$0123456789abcdef$ebsFFsRfLQaZD/.Ay8I39vCVWR7HrAUg7up462uDoP.mjbKSICe9RRbQC5LJEK.B2Ivyl.Ox6PHM4.vqj5TpP0',
  ],
  [
    long,
    '$6$rounds=1001$0123456789abcdef$vEblLQ0UWgJ9HQ1RksGnx89IAjXdmr9dFD6vAp97BX.wLQpkWI4WhFgtaHm0nEvD1BF.Nr01Sxx4xfJufrhyk/',
  ],
  ['password', '$6$$bLTg4cpho8PIUrjfsE7qlU08Qx2UEfw..xOc6I1wpGVtyVYToGrr7BzRdAAnEr5lYFr1Z9WcCf1xNZ1HG9qFW1'],
  ['', '$6$$/chiBau24cE26QQVW3IfIe68Xu5.JQ4E8Ie7lcRLwqxO5cxGuBhqF2HmTL.zWJ9zjChg3yJYFXeGBQ2y3Ba1d1'],
  ['é£€', '$6$$5Q.bpdm5r/yDIyjQ0wyJ.58.eLLPbulHiXRlXMh1578p6BRyQurq9bAL9hPBwkiNsCU/71aLf3IYUHC7oa8Q5/'],
  [long, '$6$$jPXD4/iNFclbQPZtI7V5VqlSxdd51vW1w5VgCOmd/3T.tTTRf3JfG7BO1/7SrAj.Ts4fW1rDf0Im/.LQZSbix.'],
  ['password', '$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm'],
  ['', '$2b$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq'],
  ['é£€', '$2b$04$abcdefghijklmnopqrstuu6KSuOQxhbzk./9CYOJRchhNLwIuO6v.'],
  [long, '$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe'],
  ['password', '$2a$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm'],
  ['é£€', '$2a$04$abcdefghijklmnopqrstuu6KSuOQxhbzk./9CYOJRchhNLwIuO6v.'],
  ['password', '$2y$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm'],
  ['', '$2y$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq'],
  ['é£€', '$2y$04$abcdefghijklmnopqrstuu6KSuOQxhbzk./9CYOJRchhNLwIuO6v.'],
  [long, '$2y$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe'],
];

describe('a stored hash', () => {
  it.each(vectors)('accepts the password that crypt(3) accepts: %j %s', (password, hash) => {
    expect(checkPassword(password, hash)).toBe('match');
  });

  it.each(vectors)('refuses another password: %j %s', (password, hash) => {
    expect(checkPassword(`x${password}`, hash)).toBe('mismatch');
  });

  it('takes a password byte by byte, so that Latin-1 clients can log in', () => {
    // The byte 0xE9, which is no UTF-8, hashed by crypt(3).
    expect(
      checkPassword(
        '\udce9',
        '$6$ab$b11SC34MSoOSTSKoOpF1dduQF0OTLQKLE8W2osTGSO3JKR6ERn.Lp6lBVqmv5.W8PMpxg6JzQAClO6r.WfqFt.',
      ),
    ).toBe('match');
    expect(checkPassword('\udce9', 'abpz3Q9jL5.rY')).toBe('match');
    expect(
      checkPassword(
        'é',
        '$6$ab$b11SC34MSoOSTSKoOpF1dduQF0OTLQKLE8W2osTGSO3JKR6ERn.Lp6lBVqmv5.W8PMpxg6JzQAClO6r.WfqFt.',
      ),
    ).toBe('mismatch');
  });

  it('reads 8 characters of a password for DES, as crypt(3)', () => {
    expect(checkPassword('password-and-more', 'abJnggxhB/yWI')).toBe('match');
  });

  it.each([
    '',
    'x',
    '*',
    '!',
    '!!',
    '*0',
    'secret',
    '$1$',
    '$6$',
    '$6$salt',
    '$6$salt$short',
    '$2b$10$short',
    '$y$j9T$abc$def',
    '$6$rounds=999$ab$' + 'a'.repeat(86),
    '$6$a:b$' + 'a'.repeat(86),
    '$2x$05$' + 'a'.repeat(53),
    '$2b$32$' + 'a'.repeat(53),
  ])('that is no hash (%j) matches nothing, not even itself', (stored) => {
    expect(checkPassword(stored, stored)).toBe('unsupported');
    expect(checkPassword('', stored)).toBe('unsupported');
  });

  it.each([
    '$6$rounds=999999999$ab$' + 'a'.repeat(86),
    '$5$rounds=1000001$ab$' + 'a'.repeat(43),
    '$2b$31$' + 'a'.repeat(53),
  ])('that asks for hours of work (%s) is not worked on', (stored) => {
    expect(checkPassword('password', stored)).toBe('too-costly');
  });

  it.each(hashSchemes.map(({ name }) => name))(
    'of kind %s with one character changed matches nothing',
    (name) => {
      const cost = { sha256: 1000, sha512: 1000, bcrypt: 4, md5: undefined, des: undefined }[name];
      const hash = hashPassword('pw', name, cost === undefined ? {} : { cost });
      const change = fc.tuple(
        fc.nat(hash.length - 1),
        fc.constantFrom('.', '0', '9', 'A', 'z', '$', ':', 'é', '\n'),
      );
      fc.assert(
        fc.property(change, ([at, character]) => {
          const changed = hash.slice(0, at) + character + hash.slice(at + 1);
          expect(checkPassword('pw', changed) === 'match').toBe(changed === hash);
        }),
        { numRuns: 40 },
      );
    },
  );

  it('takes any text as a hash or password without failing', () => {
    const text = fc.string({
      unit: fc.constantFrom('$', '1', '6', '2b', '.', 'a', '\udc80', '\0', 'é', 'rounds='),
    });
    fc.assert(
      fc.property(text, text, (password, stored) => {
        expect(['mismatch', 'unsupported', 'too-costly']).toContain(checkPassword(password, stored));
      }),
      { numRuns: 200 },
    );
  });

  it('matches no password with a NUL or beyond 511 bytes', () => {
    const hash = hashPassword('pw', 'sha256');
    expect(checkPassword('pw\0', hash)).toBe('mismatch');
    expect(checkPassword('pw\0x', hash)).toBe('mismatch');
    expect(checkPassword('a'.repeat(511), hashPassword('a'.repeat(511), 'sha512'))).toBe('match');
    expect(checkPassword('a'.repeat(512), hash)).toBe('mismatch');
    expect(checkPassword('é'.repeat(65_536), hash)).toBe('mismatch');
  });
});

describe('a new hash', () => {
  it.each(hashSchemes.map(({ name }) => name))(
    'of kind %s accepts its password and has a fresh salt',
    (name) => {
      const options = name === 'bcrypt' ? { cost: 4 } : {};
      const first = hashPassword('pässword', name, options);
      expect(schemeOf(first)?.name).toBe(name);
      expect(checkPassword('pässword', first)).toBe('match');
      expect(hashPassword('pässword', name, options)).not.toBe(first);
    },
  );

  it('has the rounds that were asked for', () => {
    expect(hashPassword('pw', 'sha512', { cost: 1000 })).toMatch(/^\$6\$rounds=1000\$/);
    expect(hashPassword('pw', 'bcrypt', { cost: 5 })).toMatch(/^\$2b\$05\$/);
  });

  it.each([
    ['pw\0', 'sha512', undefined, 'AUTH_PASSWORD_INVALID'],
    ['a'.repeat(512), 'sha512', undefined, 'AUTH_PASSWORD_INVALID'],
    ['a'.repeat(73), 'bcrypt', 4, 'AUTH_PASSWORD_INVALID'],
    ['pw', 'sha512', 1_000_001, 'AUTH_HASH_TOO_COSTLY'],
    ['pw', 'sha512', 10, 'AUTH_HASH_TOO_COSTLY'],
    ['pw', 'bcrypt', 15, 'AUTH_HASH_TOO_COSTLY'],
  ] as const)('is refused for %j with %s and cost %s', (password, scheme, cost, code) => {
    expect(() => hashPassword(password, scheme, cost === undefined ? {} : { cost })).toThrow(
      expect.objectContaining({ name: 'AuthError', code }),
    );
  });
});

describe('the dummy for unknown users', () => {
  it('is of the kind and cost most used in the file and matches nothing', () => {
    const sha = hashPassword('pw', 'sha512', { cost: 2000 });
    const dummy = dummyHash([
      sha,
      '!',
      '',
      hashPassword('a', 'md5'),
      hashPassword('pw', 'sha512', { cost: 2000 }),
    ]);
    expect(dummy).toMatch(/^\$6\$rounds=2000\$/);
    expect(checkPassword('pw', dummy)).toBe('mismatch');
  });

  it.each(hashSchemes.map(({ name }) => name))('stays a whole hash of kind %s', (name) => {
    const dummy = dummyHash([hashPassword('pw', name, name === 'bcrypt' ? { cost: 4 } : {})]);
    expect(schemeOf(dummy)?.name).toBe(name);
    expect(checkPassword('pw', dummy)).toBe('mismatch');
  });

  it('is $6$ where the file holds no hash', () => {
    expect(dummyHash(['x', '*'])).toMatch(/^\$6\$/);
    expect(checkPassword('', dummyHash([]))).toBe('mismatch');
  });

  it('is of a kind that only the hasher knows, where most are', () => {
    const other = `$y$j9T$salt$${'a'.repeat(43)}`;
    const kindOf = (stored: string): string | undefined => (stored.startsWith('$y$') ? 'y j9T' : undefined);
    expect(dummyHash([other, other, hashPassword('pw', 'md5')], kindOf)).toBe(
      `$y$j9T$salt$${'.'.repeat(43)}`,
    );
    expect(dummyHash([other, other])).toMatch(/^\$6\$/);
  });
});

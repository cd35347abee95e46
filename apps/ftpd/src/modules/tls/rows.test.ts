import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../test/configuration-of.ts';
import { tlsOptions } from './options-row.ts';
import { cipherList } from './server-tls.ts';
import { tlsProtocol, tlsCipherSuite } from './protocol-rows.ts';
import { tlsRequired } from './required-row.ts';
import { tlsSessionCache, tlsSessionTicketKeys } from './session-rows.ts';
import { tlsUserName, tlsVerifyClient } from './client-rows.ts';

/** What follows the place and the severity. */
const sentence = (line: string | undefined): string =>
  (line ?? '').replace(/^\/t\.conf:\d+:\d+: \w+: /u, '').replace(/ on line [\s\S]*/u, '');

describe('the directives of mod_tls', () => {
  it.each([
    ['TLSEngine', 'TLSEngine: missing parameters'],
    ['TLSEngine maybe', 'TLSEngine: expected Boolean parameter'],
    ['TLSRequired', 'TLSRequired: missing parameters'],
    ['TLSRequired foo', 'TLSRequired: bad parameter'],
    ['TLSRequired data+ctrl', 'TLSRequired: bad parameter'],
    ['TLSRequired CTRL', 'TLSRequired: bad parameter'],
    ['TLSRSACertificateFile', 'TLSRSACertificateFile: missing parameters'],
    ['TLSRSACertificateFile rel.pem', 'TLSRSACertificateFile: parameter must be an absolute path'],
    ['TLSCACertificatePath rel', 'TLSCACertificatePath: parameter must be a directory path'],
    ['TLSPassPhraseProvider rel', "TLSPassPhraseProvider: must be a full path: 'rel'"],
    ['TLSVerifyClient maybe', 'TLSVerifyClient: expected Boolean parameter'],
    ['TLSVerifyDepth -1', 'TLSVerifyDepth: depth must be zero or greater'],
    ['TLSVerifyOrder', 'TLSVerifyOrder: wrong number of parameters'],
    ['TLSVerifyOrder foo', "TLSVerifyOrder: unsupported verification mechanism 'foo' requested"],
    ['TLSVerifyOrder crl ocsp', 'TLSVerifyOrder: certificates of clients are not checked by OCSP here'],
    ['TLSVerifyServer foo', 'TLSVerifyServer: expected Boolean parameter'],
    ['TLSUserName foo', 'TLSUserName: badly formatted OID parameter'],
    ['TLSUserName commonname', 'TLSUserName: badly formatted OID parameter'],
    ['TLSProtocol', 'TLSProtocol: wrong number of parameters'],
    ['TLSProtocol TLSv1.4', "TLSProtocol: unknown protocol: 'TLSv1.4'"],
    ['TLSProtocol ALL TLSv1', 'TLSProtocol: missing required +/- prefix: TLSv1'],
    ['TLSProtocol TLSv1 -TLSv1.2', "TLSProtocol: unknown protocol: '-TLSv1.2'"],
    ['TLSProtocol ALL +TLSv1.2 -foo', "TLSProtocol: unknown protocol: '-foo'"],
    ['TLSProtocol SSLv3', 'TLSProtocol: no protocol is left'],
    ['TLSCipherSuite', 'TLSCipherSuite: missing parameters'],
    ['TLSCipherSuite FOO', "TLSCipherSuite: unable to use ciphersuite 'FOO:!EXPORT': "],
    ['TLSCipherSuite TLSv1.3 FOO', "TLSCipherSuite: unable to use ciphersuite 'FOO': "],
    ['TLSCipherSuite TLSv1.2 HIGH', 'TLSCipherSuite: unknown/unsupported protocol specifier: TLSv1.2'],
    ['TLSCipherSuite a b c', 'TLSCipherSuite: wrong number of parameters'],
    ['TLSECDHCurve foo', "TLSECDHCurve: unable to use ECDH curves 'foo'"],
    ['TLSNextProtocol maybe', 'TLSNextProtocol: expected Boolean parameter'],
    ['TLSRenegotiate foo 1', "TLSRenegotiate: : unknown TLSRenegotiate argument 'foo'"],
    ['TLSRenegotiate ctrl', 'TLSRenegotiate: wrong number of parameters'],
    ['TLSRenegotiate timeout 0', "TLSRenegotiate: timeout must be greater than zero: '0'"],
    ['TLSRenegotiate required maybe', "TLSRenegotiate: required must be a Boolean value: 'maybe'"],
    ['TLSOptions', 'TLSOptions: wrong number of parameters'],
    ['TLSOptions Foo', "TLSOptions: : unknown TLSOption 'Foo'"],
    ['TLSOptions nosessionreuserequired', "TLSOptions: : unknown TLSOption 'nosessionreuserequired'"],
    ['TLSSessionCache', 'TLSSessionCache: wrong number of parameters'],
    ['TLSSessionCache foo', 'TLSSessionCache: badly formatted parameter'],
    ['TLSSessionCache internal: 0', 'TLSSessionCache: timeout be greater than 1'],
    ['TLSSessionCache internal: x', "TLSSessionCache: 'x' is not a valid timeout value"],
    ['TLSSessionCache internal: 5 6', 'TLSSessionCache: wrong number of parameters'],
    ['TLSSessionTickets x', 'TLSSessionTickets: expected Boolean parameter'],
    ['TLSSessionTicketKeys', 'TLSSessionTicketKeys: wrong number of parameters'],
    ['TLSSessionTicketKeys age 59', 'TLSSessionTicketKeys: max key age must be at least 60sec'],
    ['TLSSessionTicketKeys age 1h count 1', 'TLSSessionTicketKeys: max key count must be at least 1'],
    ['TLSSessionTicketKeys foo 1', 'TLSSessionTicketKeys: unknown parameter: foo'],
    ['TLSTimeoutHandshake x', "TLSTimeoutHandshake: error parsing timeout value 'x': Invalid argument"],
    ['TLSPreSharedKey a', 'TLSPreSharedKey: missing parameters'],
    ['TLSPreSharedKey a b', 'TLSPreSharedKey: unsupported TLSPreSharedKey format: b'],
    ['TLSServerInfoFile rel', 'TLSServerInfoFile: parameter must be an absolute path'],
    [
      '<Anonymous /tmp>\nTLSOptions StdEnvVars\n</Anonymous>',
      'TLSOptions: directive not allowed in <Anonymous> context',
    ],
    [
      '<VirtualHost 127.0.0.2>\nTLSSessionCache off\n</VirtualHost>',
      'TLSSessionCache: directive not allowed in <VirtualHost> context',
    ],
  ])('%j is refused in the words of ProFTPD where it refuses it', async (line, expected) => {
    const { errors } = await problemsOf(`${line}\n`);
    expect(
      errors.map((error) =>
        sentence(error)
          .replace(/^fatal: /u, '')
          .slice(0, expected.length),
      ),
    ).toEqual([expected]);
  });

  it.each([
    ['TLSProtocol TLSv1 TLSv1.2', 'TLSv1 and TLSv1.1 are broken'],
    ['TLSProtocol SSLv3 TLSv1.2', 'SSLv3 is not spoken'],
    ['TLSOptions StdEnvVars', "'StdEnvVars' has no effect here"],
    ['TLSOptions AllowClientRenegotiations', "'AllowClientRenegotiations' has no effect here"],
    ['TLSDSACertificateFile /x', 'DSA certificates are not used'],
    ['TLSRenegotiate ctrl 3600', 'nothing is renegotiated'],
    ['TLSCryptoDevice all', 'engines of OpenSSL are not used'],
    ['TLSPreSharedKey a hex:/x', 'pre-shared keys are not used'],
  ])('%s is taken with a warning', async (line, expected) => {
    const { errors, warnings } = await problemsOf(`${line}\n`);
    expect([errors, warnings]).toEqual([[], [expect.stringContaining(expected)]]);
  });

  it.each([
    'TLSEngine on',
    'TLSEngine on off',
    'TLSProtocol ALL -SSLv3',
    'TLSProtocol SSLv23',
    'TLSRenegotiate none',
    'TLSCryptoDevice none',
    'TLSRandomSeed /x',
    'TLSVerifyServer NoReverseDNS',
    'TLSVerifyOrder crl',
    'TLSECDHCurve auto',
    'TLSECDHCurve X25519:P-256',
    'TLSLog none',
    'TLSTimeoutHandshake 1h',
    'TLSMasqueradeAddress 192.0.2.1',
    'TLSControlsACLs all allow user root',
    'TLSControlsACLs sesscache allow user root',
    'TLSSessionCache shm:/file=/x&size=1 60',
    '<Directory /tmp>\nTLSRequired on\n</Directory>',
    '<Anonymous /tmp>\nUser nobody\nTLSRequired on\n</Anonymous>',
    '<IfModule mod_ftpd.c>\nTLSRequireServerName on\nTLSRequireNextProtocol on\n</IfModule>',
  ])('%j is taken', async (line) => {
    const { errors } = await problemsOf(`${line}\n`);
    expect(errors).toEqual([]);
  });
});

async function valuesOf(text: string) {
  const { configuration, errors } = await problemsOf(text);
  expect(errors).toEqual([]);
  const [server] = configuration.servers;
  return configuration.scope({ server });
}

describe('TLSProtocol', () => {
  it.each([
    ['', ['TLSv1.2', 'TLSv1.3']],
    ['TLSProtocol TLSv1.2', ['TLSv1.2']],
    ['TLSProtocol tlsv1.3 TLSv1.2', ['TLSv1.3', 'TLSv1.2']],
    ['TLSProtocol ALL -TLSv1 -TLSv1.1', ['TLSv1.2', 'TLSv1.3']],
    ['TLSProtocol all -TLSv1.3 +TLSv1.3 -TLSv1', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['TLSProtocol SSLv23', ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
  ])('%j means %j', async (text, versions) => {
    expect([...(await valuesOf(`${text}\n`)).first(tlsProtocol)]).toEqual(versions);
  });
});

describe('TLSCipherSuite', () => {
  it('is one list for OpenSSL, with what is not given filled in', async () => {
    const none = await valuesOf('');
    expect(cipherList({ directives: none })).toMatch(
      /^TLS_AES_256_GCM_SHA384:.*:DEFAULT:!ADH:!EXPORT:!DES$/u,
    );
    const both = await valuesOf(
      'TLSCipherSuite TLSv1.3 TLS_AES_128_GCM_SHA256\nTLSCipherSuite ECDHE+AESGCM\n',
    );
    expect(both.all(tlsCipherSuite)).toHaveLength(2);
    expect(cipherList({ directives: both })).toBe('TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:!EXPORT');
  });

  it('is for a lower level of security where old versions or AllowWeakSecurity ask for it', async () => {
    for (const line of ['TLSProtocol TLSv1 TLSv1.2', 'TLSOptions AllowWeakSecurity'])
      expect(cipherList({ directives: await valuesOf(`${line}\n`) })).toMatch(/:@SECLEVEL=0$/u);
  });
});

describe('TLSRequired', () => {
  it.each([
    ['on', 'always', 'required'],
    ['off', 'optional', 'optional'],
    ['ctrl', 'always', 'optional'],
    ['ctrl+data', 'always', 'required'],
    ['ctrl+!data', 'always', 'forbidden'],
    ['data', 'optional', 'required'],
    ['!data', 'optional', 'forbidden'],
    ['auth', 'login', 'optional'],
    ['auth+data', 'login', 'required'],
    ['auth+!data', 'login', 'forbidden'],
  ])('%s', async (word, control, data) => {
    expect((await valuesOf(`TLSRequired ${word}\n`)).first(tlsRequired)).toEqual({ control, data });
  });
});

describe('other values', () => {
  it('TLSOptions of several lines count together', async () => {
    const scope = await valuesOf('TLSOptions IgnoreSNI\nTLSOptions EnableDiags AllowDotLogin\n');
    expect([...scope.first(tlsOptions)].toSorted()).toEqual(['AllowDotLogin', 'EnableDiags', 'IgnoreSNI']);
  });

  it('TLSSessionCache names a type, what is behind it, and a time', async () => {
    const of = async (line: string) => (await valuesOf(`TLSSessionCache ${line}\n`)).first(tlsSessionCache);
    expect(await of('OFF')).toBe('off');
    expect(await of('memcache:/json 60')).toMatchObject({ type: 'memcache', info: '/json', ttlMs: 60_000 });
    expect(await of('internal:')).toMatchObject({ type: 'internal', info: '', ttlMs: 1_800_000 });
  });

  it('TLSSessionTicketKeys has ages and counts', async () => {
    const scope = await valuesOf('TLSSessionTicketKeys count 4 age 2h\n');
    expect(scope.first(tlsSessionTicketKeys)).toEqual({ ageMs: 7_200_000, count: 4 });
  });

  it('TLSVerifyClient and TLSUserName', async () => {
    const scope = await valuesOf('TLSVerifyClient OPTIONAL\nTLSUserName 1.2.3.4\n');
    expect(scope.first(tlsVerifyClient)).toBe('optional');
    expect(scope.first(tlsUserName)).toEqual({ kind: 'oid', oid: '1.2.3.4' });
  });
});

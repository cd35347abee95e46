import {
  BASE_CONFIGURATION,
  makeTlsIdentity,
  PASSWORD,
  type TestServer,
  type TlsIdentity,
} from '@ftpd/test-services';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBeside } from './beside.ts';
import { revocationList } from './revocation-list.ts';
import { securedDialogue } from './secured-dialogue.ts';
import { servers } from './servers.ts';

/** Each is a server of its own, at its own port. */
const rules = {
  required: 'TLSVerifyClient on',
  optional: 'TLSVerifyClient optional',
  off: 'TLSVerifyClient off',
  commonName: 'TLSVerifyClient on\nTLSUserName CommonName',
  email: 'TLSVerifyClient optional\nTLSUserName EmailSubjAltName',
  oid: 'TLSVerifyClient on\nTLSUserName 1.2.3.4.5',
  dotLogin: 'TLSVerifyClient on\nTLSOptions AllowDotLogin',
  address: 'TLSVerifyClient on\nTLSOptions iPAddressRequired',
  revoked: 'TLSVerifyClient on\nTLSCARevocationFile %{env:FTPD_TEST_FOLDER}/revoked.pem',
  authorities: 'TLSVerifyClient on\nTLSCARevocationPath %{env:FTPD_TEST_FOLDER}/lists',
  shallow: 'TLSVerifyClient on\nTLSVerifyDepth 1',
} as const;
type Rule = keyof typeof rules;
const ruleNames = Object.keys(rules) as Rule[];

type Client = 'alice' | 'bob' | 'stranger' | 'late' | 'deep' | 'none';
const identities: { [Name in Client | 'server' | 'authority' | 'other' | 'between']?: TlsIdentity } = {};
const lists: { revoked?: string; none?: string } = {};

beforeAll(async () => {
  const authority = await makeTlsIdentity({ name: 'authority', isAuthority: true });
  const other = await makeTlsIdentity({ name: 'other', isAuthority: true });
  const between = await makeTlsIdentity({ name: 'between', isAuthority: true, issuer: authority });
  const deep = await makeTlsIdentity({ name: 'alice', issuer: between });
  const oid = '\n1.2.3.4.5=ASN1:UTF8String:alice';
  Object.assign(identities, {
    authority,
    other,
    between,
    server: await makeTlsIdentity(),
    alice: await makeTlsIdentity({
      name: 'alice',
      alternativeNames: `email:alice,IP:127.0.0.1${oid}`,
      issuer: authority,
    }),
    bob: await makeTlsIdentity({ name: 'bob', alternativeNames: 'IP:192.0.2.1', issuer: authority }),
    stranger: await makeTlsIdentity({ name: 'alice', alternativeNames: 'email:alice', issuer: other }),
    late: await makeTlsIdentity({ name: 'alice', issuer: authority, days: -1 }),
    deep: { ...deep, cert: deep.cert + between.cert },
  });
  lists.revoked = await revocationList(authority, [identities.bob as TlsIdentity]);
  lists.none = await revocationList(authority, []);
}, 60_000);

const pem = (name: keyof typeof identities): string => `${identities[name]?.cert}${identities[name]?.key}`;

const configuration = [
  BASE_CONFIGURATION.replace('LoadModule', 'LoadModule mod_tls.c\nLoadModule'),
  'TLSSessionCache off',
  ...ruleNames.map((name, index) =>
    [
      '<VirtualHost 127.0.0.1>',
      `ServerName ${name}`,
      `Port %{env:FTPD_TEST_PORT${index + 2}}`,
      'TLSEngine on',
      'TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/server.pem',
      'TLSECCertificateKeyFile %{env:FTPD_TEST_FOLDER}/server.pem',
      'TLSCACertificateFile %{env:FTPD_TEST_FOLDER}/authority.pem',
      'RequireValidShell off',
      'AuthOrder mod_auth_file.c',
      'AuthUserFile %{env:FTPD_TEST_FOLDER}/passwd',
      'AuthGroupFile %{env:FTPD_TEST_FOLDER}/group',
      rules[name],
      '</VirtualHost>',
    ].join('\n'),
  ),
  '',
].join('\n');

describeBeside(servers)('client certificates with $name', ({ kind, start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start({
      config: configuration,
      users: [{ name: 'alice' }, { name: 'bob' }],
      portCount: ruleNames.length + 1,
      files: {
        'server.pem': { content: pem('server'), mode: 0o600 },
        'authority.pem': identities.authority?.cert ?? '',
        'revoked.pem': lists.revoked ?? '',
        'lists/': {},
        'lists/none.pem': lists.none ?? '',
        'homes/alice/.tlslogin': `${identities.bob?.cert}${identities.alice?.cert}`,
        'homes/bob/.tlslogin': identities.other?.cert ?? '',
      },
    });
  }, 60_000);

  afterAll(() => server.stop());

  /** The first digits of what USER, PASS and PWD got. */
  async function outcome(
    rule: Rule,
    client: Client,
    user: string,
    maxVersion: 'TLSv1.2' | 'TLSv1.3',
  ): Promise<string> {
    const { replies } = await securedDialogue({
      port: server.ports[ruleNames.indexOf(rule) + 1] ?? 0,
      tls: { maxVersion, ...(client === 'none' ? {} : identities[client]) },
      commands: [`USER ${user}`, `PASS ${PASSWORD}`, 'PWD'],
    });
    return replies
      .slice(1)
      .map((reply) => (reply === 'closed' ? reply : reply.slice(0, 3)))
      .join(' ');
  }

  const refused = 'closed';
  const asked = '331 230 257';
  // PASS is too late then.
  const proved = '232 503 257';

  /** The last: what ProFTPD 1.3.8 does instead, which overlooks the one and reads the other otherwise. */
  it.each<[Rule, Client, string, string, string?]>([
    ['required', 'alice', 'alice', asked],
    ['required', 'none', 'alice', refused],
    ['required', 'stranger', 'alice', refused],
    ['required', 'late', 'alice', refused],
    ['required', 'deep', 'alice', asked],
    ['optional', 'alice', 'alice', asked],
    ['optional', 'none', 'alice', asked],
    ['optional', 'stranger', 'alice', refused],
    ['optional', 'late', 'alice', refused],
    ['off', 'alice', 'alice', asked],
    ['off', 'stranger', 'alice', asked],
    ['commonName', 'alice', 'alice', proved],
    ['commonName', 'alice', 'bob', asked],
    ['commonName', 'stranger', 'alice', refused],
    ['email', 'alice', 'alice', proved],
    ['email', 'none', 'alice', asked],
    ['email', 'bob', 'alice', asked],
    ['oid', 'alice', 'alice', proved, asked],
    ['oid', 'bob', 'bob', asked],
    ['dotLogin', 'alice', 'alice', proved],
    ['dotLogin', 'alice', 'bob', asked],
    ['address', 'alice', 'alice', asked],
    ['address', 'bob', 'bob', refused],
    ['revoked', 'alice', 'alice', asked],
    ['revoked', 'bob', 'bob', refused, asked],
  ])(
    'TLSVerifyClient and its kin (%s) and the client %s as %s: %s',
    async (rule, client, user, ours, theirs = ours) => {
      const expected = kind === 'proftpd' ? theirs : ours;
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
        expect([version, await outcome(rule, client, user, version)]).toEqual([version, expected]);
    },
  );

  /** TLSVerifyDepth as it is documented, and every file of TLSCARevocationPath: ProFTPD 1.3.8 looks at neither so. */
  it.each<[Rule, Client, string, string]>(
    kind === 'ftpd'
      ? [
          ['shallow', 'alice', 'alice', asked],
          ['shallow', 'deep', 'alice', refused],
          ['authorities', 'bob', 'bob', asked],
        ]
      : [],
  )('(%s) and the client %s as %s: %s', async (rule, client, user, expected) => {
    expect(await outcome(rule, client, user, 'TLSv1.3')).toBe(expected);
  });
});

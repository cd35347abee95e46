import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  BASE_CONFIGURATION,
  makeTlsIdentity,
  PASSWORD,
  startFtpd,
  startProftpd,
  type TestServer,
} from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { mixedDialogue, type MixedStep } from './mixed-dialogue.ts';

/** TLSRequired of the servers, in the order of their ports. */
const requirements = ['off', 'on', 'ctrl', 'auth', 'auth+data', 'data', '!data', 'off <Limit CCC>'] as const;
type Requirement = (typeof requirements)[number];

const tls = (requirement: Requirement): string => `TLSEngine on
TLSRequired ${requirement.split(' ')[0]}
TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/server.pem
TLSECCertificateKeyFile %{env:FTPD_TEST_FOLDER}/server.key
`;

const denyCcc = `<Limit CCC>
DenyAll
</Limit>
`;

const virtualHost = (requirement: Requirement, index: number): string => `<VirtualHost 127.0.0.1>
Port %{env:FTPD_TEST_PORT${index + 1}}
AuthOrder mod_auth_file.c
AuthUserFile %{env:FTPD_TEST_FOLDER}/passwd
AuthGroupFile %{env:FTPD_TEST_FOLDER}/group
RequireValidShell off
RootLogin on
UseFtpUsers off
DefaultRoot ~
${tls(requirement)}${requirement.includes('Limit') ? denyCcc : ''}</VirtualHost>
`;

const config = `LoadModule mod_tls.c
${BASE_CONFIGURATION}
${tls('off')}${requirements
  .map((requirement, index) => (index === 0 ? '' : virtualHost(requirement, index)))
  .join('')}`;

const inClear = '550 SSL/TLS required on the control channel';
const inClearData = '522 SSL/TLS required on the data channel';
const unwilling = '534 Unwilling to accept security parameters';
const login: readonly MixedStep[] = [
  ['USER u1', '331 Password required for u1'],
  [`PASS ${PASSWORD}`, '230 User u1 logged in'],
];
const secured: readonly MixedStep[] = [['AUTH TLS', '234 AUTH TLS successful'], 'handshake'];
const listing: readonly MixedStep[] = [['LIST', inClearData]];

interface Dialogue {
  readonly name: string;
  readonly on: readonly Requirement[];
  readonly steps: readonly MixedStep[];
}

const dialogues: readonly Dialogue[] = [
  {
    name: 'what belongs to TLS is unknown before it',
    on: ['off', 'auth', 'auth+data', 'data', '!data'],
    steps: [
      ['PBSZ 0', '500 PBSZ not understood'],
      ['PBSZ', '500 PBSZ not understood'],
      ['PROT P', '500 PROT not understood'],
      ['PROT', '500 PROT not understood'],
      ['CCC', '530 Please login with USER and PASS'],
      ...(['ENC', 'MIC', 'CONF'] as const).map((verb): MixedStep => [
        `${verb} a`,
        `500 ${verb} not understood`,
      ]),
      ['AUTH', '504 AUTH requires at least one argument'],
      ['AUTH FOO', '500 AUTH not understood'],
      ['AUTH GSSAPI', '500 AUTH not understood'],
      ['QUIT', '221 Goodbye.'],
    ],
  },
  ...['TLS', 'TLS-C', 'SSL', 'TLS-P', 'tls', 'TLS x'].map((mechanism): Dialogue => ({
    name: `AUTH ${mechanism}, PBSZ and PROT`,
    on: ['off'],
    steps: [
      [`AUTH ${mechanism}`, `234 AUTH ${mechanism.split(' ')[0]!.toUpperCase()} successful`],
      'handshake',
      ['PROT P', '200 Protection set to Private'],
      ['PBSZ', '501 Invalid number of parameters'],
      ['PBSZ 0 1', '501 Invalid number of parameters'],
      ['PBSZ a', '200 PBSZ=0 successful'],
      ['PBSZ -1', '200 PBSZ=0 successful'],
      ['PBSZ 4294967296', '200 PBSZ=0 successful'],
      ['PBSZ 0', '200 PBSZ 0 successful'],
      ['PROT', '501 Invalid number of parameters'],
      ['PROT X', '504 PROT X unsupported'],
      ['PROT p', '504 PROT p unsupported'],
      ['PROT S', '536 PROT S unsupported'],
      ['PROT E', '536 PROT E unsupported'],
      ['PROT C', '200 Protection set to Clear'],
      ['AUTH TLS', '503 Unwilling to accept second AUTH'],
      ['AUTH FOO', '503 Unwilling to accept second AUTH'],
      ['CCC', '530 Please login with USER and PASS'],
      ['MIC a', '500 MIC not understood'],
      ...login,
      ['PBSZ 0', '200 PBSZ 0 successful'],
      ['PROT P', '200 Protection set to Private'],
      ['QUIT', '221 Goodbye.'],
    ],
  })),
  {
    name: 'AUTH after the login is refused',
    on: ['off', 'data', '!data'],
    steps: [...login, ['AUTH TLS', unwilling], ['AUTH FOO', unwilling], ['CCC', '500 CCC not understood']],
  },
  { name: 'AUTH between USER and PASS', on: ['off', 'data'], steps: [login[0]!, ...secured, login[1]!] },
  {
    name: 'nothing but the way to TLS is done in clear',
    on: ['on', 'ctrl'],
    steps: [
      ['SYST', '215 UNIX Type: L8'],
      ['CLNT x', '200 OK'],
      ['FEAT', '211 End'],
      ['HOST nobody.example', '504 nobody.example: Unknown hostname provided'],
      ...[
        'HELP',
        'NOOP',
        'STAT',
        'OPTS UTF8 ON',
        'LANG EN',
        'PBSZ 0',
        'PROT P',
        'CCC',
        'PASS x',
        'PWD',
        'SITE HELP',
        'TYPE I',
        'ABOR',
        'MODE S',
        'USER u1',
        'ACCT x',
        'BLAH',
        'LIST',
        'REIN',
      ].map((line): MixedStep => [line, inClear]),
      ['AUTH FOO', '500 AUTH not understood'],
      ...secured,
      ...login,
      ['CCC', unwilling],
    ],
  },
  {
    name: 'nobody logs in in clear, and else nothing is refused',
    on: ['auth', 'auth+data'],
    steps: [
      ['USER u1', inClear],
      ['PASS x', inClear],
      ['ACCT x', inClear],
      ['NOOP', '200 NOOP command successful'],
      ['BLAH', '500 BLAH not understood'],
      ['PWD', '530 Please login with USER and PASS'],
      ...secured,
      ...login,
    ],
  },
  {
    name: 'data go by TLS only',
    on: ['on', 'auth+data', 'data'],
    steps: [
      ...secured,
      ...login,
      ...listing,
      ...['RETR a', 'STOR a', 'NLST', 'MLSD', 'STOU', 'APPE a'].map((line): MixedStep => [line, inClearData]),
      ['PROT C', unwilling],
      ...listing,
      ['PROT P', '200 Protection set to Private'],
    ],
  },
  { name: 'data in clear are refused also in clear', on: ['data'], steps: [...login, ...listing] },
  {
    name: 'data go in clear only',
    on: ['!data'],
    steps: [
      ...secured,
      ['PROT P', unwilling],
      ['PROT C', '200 Protection set to Clear'],
      ['PROT S', '536 PROT S unsupported'],
    ],
  },
  ...(['clear', 'clear rudely'] as const).map((clear): Dialogue => ({
    name: `CCC after the login, then ${clear}`,
    on: ['off', 'auth', 'auth+data', 'data', '!data'],
    steps: [
      ...secured,
      ...login,
      ['CCC', '200 Clearing control channel protection'],
      clear,
      ['NOOP', '200 NOOP command successful'],
      ['FEAT', '211 End'],
      ['CCC', '533 CCC not allowed on insecure control connection'],
      ['PBSZ 0', '503 PBSZ not allowed on insecure control connection'],
      ['PBSZ', '501 Invalid number of parameters'],
      ['PROT S', '536 PROT S unsupported'],
      ['PROT X', '504 PROT X unsupported'],
      ['AUTH TLS', unwilling],
      ['AUTH FOO', unwilling],
      ['MIC a', '500 MIC not understood'],
      ['QUIT', '221 Goodbye.'],
    ],
  })),
  {
    name: 'CCC is refused as what would weaken the server',
    on: ['off <Limit CCC>'],
    steps: [...secured, ...login, ['CCC', unwilling], ['NOOP', '200 NOOP command successful']],
  },
  {
    name: 'who went on in clear by CCC is held to what TLSRequired says of the login',
    on: ['auth', 'auth+data'],
    steps: [
      ...secured,
      ...login,
      ['CCC', '200 Clearing control channel protection'],
      'clear',
      ['USER u1', inClear],
      ['PASS x', inClear],
    ],
  },
  {
    name: 'CCC leaves PROT as TLSRequired has it',
    on: ['auth+data', 'data'],
    steps: [
      ...secured,
      ...login,
      ['CCC', '200 Clearing control channel protection'],
      'clear',
      ['LIST', inClearData],
      ['PROT C', unwilling],
      ['PROT P', '200 Protection set to Private'],
    ],
  },
];

describeBeside([
  { name: 'proftpd', start: startProftpd },
  { name: 'ftpd', start: startFtpd },
])('dialogues about TLS with $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    const { cert, key } = await makeTlsIdentity();
    server = await start({
      config,
      users: [{ name: 'u1' }],
      portCount: requirements.length,
      files: { 'server.pem': cert, 'server.key': { content: key, mode: 0o600 } },
    });
  }, 60_000);

  afterAll(() => server?.stop());

  const cases = dialogues.flatMap(({ on, ...dialogue }) =>
    on.map((requirement) => ({ requirement, ...dialogue })),
  );

  it.each(cases)('TLSRequired $requirement: $name', async ({ requirement, steps }) => {
    const port = server.ports[requirements.indexOf(requirement)]!;
    expect(await mixedDialogue(port, steps)).toEqual(steps);
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { Client } from 'basic-ftp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  BASE_CONFIGURATION,
  makeTlsIdentity,
  PASSWORD,
  removeFolder,
  runProgram,
  startFtpd,
  temporaryFolder,
  type TestServer,
} from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { ftplibProgram } from './ftplib-program.ts';

const keys = ['rsa', 'ec'] as const;
const versions = ['1.2', '1.3'] as const;
type Version = (typeof versions)[number];

const beside = { concurrent: true };
const ROUNDS = 3;
const bigBytes = 100 * 1024 * 1024;
const directive = { rsa: 'TLSRSACertificate', ec: 'TLSECCertificate' } as const;

const isSame = (path: string, other: string): boolean => readFileSync(path).equals(readFileSync(other));

/** Files of the clients, `some` and `empty` at the beginning. Called in a suite. */
function newFolder(): (name: string) => string {
  let local: string;
  beforeAll(() => {
    local = temporaryFolder('ftps-clients-');
    writeFileSync(join(local, 'some'), randomBytes(300_000));
    writeFileSync(join(local, 'empty'), '');
  });
  afterAll(() => removeFolder(local));
  return (name) => join(local, name);
}

async function start(key: (typeof keys)[number], more = '', portCount = 1): Promise<TestServer> {
  const identity = await makeTlsIdentity({ name: 'localhost', kind: key });
  const config = `${BASE_CONFIGURATION}TLSEngine on
TLSRequired on
${directive[key]}File %{env:FTPD_TEST_FOLDER}/server.pem
${directive[key]}KeyFile %{env:FTPD_TEST_FOLDER}/server.key
${more}`;
  return startFtpd({
    config,
    users: [{ name: 'u1' }],
    portCount,
    files: { 'server.pem': identity.cert, 'server.key': { content: identity.key, mode: 0o600 } },
  });
}

async function run(command: string, args: readonly string[], deadlineMs = 60_000): Promise<string> {
  const result = await runProgram(command, args, { env: { ...process.env, LC_ALL: 'C.UTF-8' }, deadlineMs });
  expect(result).toMatchObject({ code: 0 });
  return result.output;
}

const curlOptions = (version: Version): readonly string[] => [
  '-sSk',
  '--ssl-reqd',
  '-u',
  `u1:${PASSWORD}`,
  '--max-time',
  '50',
  `--tlsv${version}`,
  '--tls-max',
  version,
];

/** Several transfers in one process, one behind the other, over one control connection. */
function curl(version: Version, ...transfers: readonly (readonly string[])[]): Promise<string> {
  const words = transfers.flatMap((transfer, index) => [
    ...(index === 0 ? [] : ['--next']),
    ...curlOptions(version),
    ...transfer,
  ]);
  return run('curl', words);
}

function lftp(port: number, version: Version, ...commands: readonly string[]): Promise<string> {
  const settings = [
    'set cmd:fail-exit yes',
    'set net:max-retries 1',
    'set net:timeout 20',
    'set ftp:ssl-force true',
    'set ftp:ssl-protect-data true',
    'set ssl:verify-certificate no',
    `set ssl:priority NORMAL:-VERS-ALL:+VERS-TLS${version}`,
  ];
  const script = [...settings, `open -u u1,${PASSWORD} -p ${port} 127.0.0.1`, ...commands].join('; ');
  return run('lftp', ['-c', script]);
}

/** curl takes a second now and then, whoever serves it: what it does side by side takes less. */
const combinations = keys.flatMap((key) => versions.map((version) => ({ key, version })));

describeBeside(combinations)('FTPS with a key of $key, TLS $version', beside, ({ key, version }) => {
  const at = newFolder();
  let server: TestServer;

  beforeAll(async () => {
    server = await start(key);
  }, 60_000);

  afterAll(() => server?.stop());

  const url = (name: string): string => `ftp://127.0.0.1:${server.port}/${name}`;

  it('curl lists, uploads, downloads and lists, three times over on one control connection', async () => {
    const listing = [url(''), '-o', at('listing')];
    const round = [
      listing,
      listing,
      listing,
      ['-T', at('some'), url('curl')],
      [url('curl'), '-o', at('curl')],
      listing,
    ];
    await curl(version, ...Array.from({ length: ROUNDS }, () => round).flat());
    expect(isSame(at('curl'), at('some'))).toBe(true);
    expect(readFileSync(at('listing'), 'utf8')).toMatch(/300000.* curl\r?\n/);
  });

  it('curl uploads, then downloads, then uploads several files, also empty ones', async () => {
    await curl(
      version,
      ['-T', at('empty'), url('curl-empty')],
      [url('curl-empty'), '-o', at('curl-empty')],
      ['-T', `{${at('some')},${at('empty')},${at('some')}}`, url('')],
      [url('some'), '-o', at('curl-some')],
    );
    expect(isSame(at('curl-empty'), at('empty'))).toBe(true);
    expect(isSame(at('curl-some'), at('some'))).toBe(true);
  });

  // curl itself speaks in clear on active data connections that it uploads over, also to ProFTPD.
  it('lftp connects actively', async () => {
    const name = `active-${key}-${version}`;
    await lftp(
      server.port,
      version,
      'set ftp:passive-mode off',
      `put ${at('some')} -o active`,
      `get active -o ${at(name)}`,
    );
    expect(isSame(at(name), at('some'))).toBe(true);
  });

  it('lftp lists, uploads, downloads and lists, three times over on one control connection', async () => {
    const round = (index: number): readonly string[] => [
      'rels',
      'rels',
      'rels',
      `put ${at('some')} -o lftp`,
      `get lftp -o ${at(`lftp-${key}-${version}-${index}`)}`,
      `put ${at('empty')} -o lftp-empty`,
      `get lftp-empty -o ${at(`lftp-empty-${key}-${version}-${index}`)}`,
      'rels',
    ];
    const rounds = Array.from({ length: ROUNDS }, (_, index) => round(index));
    const output = await lftp(server.port, version, ...rounds.flat());
    expect(output).toMatch(/300000.* lftp\r?\n/);
    expect(isSame(at(`lftp-${key}-${version}-2`), at('some'))).toBe(true);
    expect(isSame(at(`lftp-empty-${key}-${version}-2`), at('empty'))).toBe(true);
  });

  it("Python's ftplib does all of it where its data connections resume", async () => {
    const output = await run('python3', [
      '-c',
      ftplibProgram,
      String(server.port),
      PASSWORD,
      version,
      'yes',
      at('some'),
    ]);
    expect(output).toMatch(/^221/);
  });

  it("Python's ftplib is refused as it is, with the reply that ProFTPD gives", async () => {
    const { code, output } = await runProgram('python3', [
      '-c',
      ftplibProgram,
      String(server.port),
      PASSWORD,
      version,
      'no',
      at('some'),
    ]);
    expect(code).toBe(1);
    expect(output).toContain('425 Unable to build data connection: Operation not permitted');
  });

  it('basic-ftp lists, uploads, downloads and lists, three times over on one control connection', async () => {
    const client = new Client(30_000);
    const some = readFileSync(at('some'));
    const secureVersion = `TLSv${version}` as const;
    try {
      await client.access({
        host: '127.0.0.1',
        port: server.port,
        user: 'u1',
        password: PASSWORD,
        secure: true,
        secureOptions: {
          rejectUnauthorized: false,
          minVersion: secureVersion,
          maxVersion: secureVersion,
        },
      });
      for (let round = 0; round < ROUNDS; round++) {
        for (let listing = 0; listing < 3; listing++) await client.list();
        for (const [name, content] of [
          ['basic', some],
          ['basic-empty', Buffer.alloc(0)],
        ] as const) {
          await client.uploadFrom(Readable.from(content.length === 0 ? [] : [content]), name);
          const received: Buffer[] = [];
          const sink = new Writable({
            write(chunk: Buffer, _encoding, done) {
              received.push(chunk);
              done();
            },
          });
          await client.downloadTo(sink, name);
          expect(Buffer.concat(received).equals(content)).toBe(true);
        }
        expect((await client.list()).map(({ name }) => name)).toContain('basic');
      }
    } finally {
      client.close();
    }
  });
});

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

describeBeside(['FTPS'])('%s', beside, () => {
  const at = newFolder();
  it.each(versions)('moves 100 MiB up and down by TLS %s', async (version) => {
    const server = await start('ec');
    try {
      writeFileSync(at('big'), randomBytes(bigBytes));
      const url = `ftp://127.0.0.1:${server.port}/big`;
      await curl(version, ['-T', at('big'), url], [url, '-o', at('big-again')]);
      expect(await digest(at('big-again'))).toBe(await digest(at('big')));
    } finally {
      await server.stop();
    }
  });

  it('serves clients that do not resume with NoSessionReuseRequired', async () => {
    const server = await start('ec', 'TLSOptions NoSessionReuseRequired\n');
    try {
      for (const version of versions) {
        const words = ['-c', ftplibProgram, String(server.port), PASSWORD, version, 'no', at('some')];
        expect(await run('python3', words)).toMatch(/^221/);
      }
    } finally {
      await server.stop();
    }
  });

  it('serves curl with implicit TLS, and data connections are private without PROT', async () => {
    const implicit = `<VirtualHost 127.0.0.1>
  Port %{env:FTPD_TEST_PORT2}
  TLSEngine on
  TLSOptions UseImplicitSSL
  TLSRequired on
  TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/server.pem
  TLSECCertificateKeyFile %{env:FTPD_TEST_FOLDER}/server.key
  AuthUserFile %{env:FTPD_TEST_FOLDER}/passwd
  AuthGroupFile %{env:FTPD_TEST_FOLDER}/group
  DefaultRoot ~
  AllowOverwrite on
</VirtualHost>
`;
    const server = await start('ec', implicit, 2);
    try {
      const url = `ftps://127.0.0.1:${server.ports[1]}/implicit`;
      for (const version of versions) {
        await curl(version, ['-T', at('some'), url], [url, '-o', at('implicit')]);
        expect(isSame(at('implicit'), at('some'))).toBe(true);
      }
    } finally {
      await server.stop();
    }
  });
});

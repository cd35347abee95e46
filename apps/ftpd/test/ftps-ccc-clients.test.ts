import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const config = `LoadModule mod_tls.c
${BASE_CONFIGURATION}TLSEngine on
TLSRequired auth+data
TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/server.pem
TLSECCertificateKeyFile %{env:FTPD_TEST_FOLDER}/server.key
`;

const versions = ['1.2', '1.3'] as const;
const deadlineMs = 60_000;

/** Downloads twice and uploads, behind CCC. */
const ftplibProgram = `
import ftplib, io, ssl, sys
port, password, version, name = sys.argv[1:5]
class Resuming(ftplib.FTP_TLS):
    def ntransfercmd(self, cmd, rest=None):
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        return self.context.wrap_socket(conn, server_hostname=self.host, session=self.session), size
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, 'TLSv' + version.replace('.', '_'))
ftp = Resuming(context=context, timeout=30)
ftp.connect('127.0.0.1', int(port)); ftp.login('u1', password); ftp.prot_p()
ftp.session = ftp.sock.session
ftp.ccc()
assert ftp.sock.version() is None
content = open(name, 'rb').read()
ftp.storbinary('STOR python', io.BytesIO(content))
for round in range(2):
    got = io.BytesIO(); ftp.retrbinary('RETR python', got.write)
    assert got.getvalue() == content
print(ftp.quit())
`;

let local: string;

beforeAll(() => {
  local = temporaryFolder('ftps-ccc-');
  writeFileSync(join(local, 'some'), randomBytes(300_000));
});

afterAll(() => removeFolder(local));

const at = (name: string): string => join(local, name);

async function run(command: string, ...args: readonly string[]): Promise<string> {
  const result = await runProgram(command, args, { env: { ...process.env, LC_ALL: 'C.UTF-8' }, deadlineMs });
  expect(result).toMatchObject({ code: 0 });
  return result.output;
}

describe('CCC of clients', () => {
  let server: TestServer;

  beforeAll(async () => {
    const { cert, key } = await makeTlsIdentity();
    server = await startFtpd({
      config,
      users: [{ name: 'u1' }],
      files: { 'server.pem': cert, 'server.key': { content: key, mode: 0o600 } },
    });
  }, 60_000);

  afterAll(() => server?.stop());

  const isAgain = (name: string): boolean => readFileSync(at(name)).equals(readFileSync(at('some')));

  describe.each(versions)('TLS %s', (version) => {
    it.each(['passive', 'active'])('curl, %s', async (mode) => {
      const options = ['-sSk', '--ssl-reqd', '--ftp-ssl-ccc', '--ftp-ssl-ccc-mode', mode, '--max-time', '50'];
      const login = [`--tlsv${version}`, '--tls-max', version, '-u', `u1:${PASSWORD}`];
      const url = `ftp://127.0.0.1:${server.port}/curl-${version}-${mode}`;
      await run('curl', ...options, ...login, '-T', at('some'), url);
      await run('curl', ...options, ...login, url, '-o', at('curl-1'), url, '-o', at('curl-2'));
      expect([isAgain('curl-1'), isAgain('curl-2')]).toEqual([true, true]);
    });

    // With TLS 1.3 lftp takes the bytes behind CCC for TLS now and then, also with ProFTPD.
    it.each(version === '1.2' ? ['lftp'] : [])('%s', async () => {
      const script = [
        'set cmd:fail-exit yes',
        'set net:max-retries 1',
        'set net:timeout 20',
        'set ftp:ssl-force true',
        'set ftp:ssl-protect-data true',
        'set ftp:ssl-use-ccc true',
        'set ssl:verify-certificate no',
        `set ssl:priority NORMAL:-VERS-ALL:+VERS-TLS${version}`,
        `open -u u1,${PASSWORD} -p ${server.port} 127.0.0.1`,
        `put ${at('some')} -o lftp-${version}`,
        'cls',
        `get lftp-${version} -o ${at(`lftp-${version}`)}`,
        'cls',
      ];
      expect(await run('lftp', '-c', script.join('; '))).toContain(`lftp-${version}`);
      expect(isAgain(`lftp-${version}`)).toBe(true);
    });

    it("Python's ftplib", async () => {
      const port = String(server.port);
      expect(await run('python3', '-c', ftplibProgram, port, PASSWORD, version, at('some'))).toMatch(/^221/);
    });
  });
});

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Says which transfers came whole, and whose end of TLS they had. */
const program = `
import ftplib, socket, ssl, sys
port, password, version, name = sys.argv[1:5]
class Resuming(ftplib.FTP_TLS):
    def ntransfercmd(self, cmd, rest=None):
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        # An end without the server's close_notify is an error then.
        return self.context.wrap_socket(conn, session=self.sock.session, suppress_ragged_eofs=False), size
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version)
ftp = Resuming(context=context, timeout=15)
ftp.connect('127.0.0.1', int(port)); ftp.login('u1', password); ftp.prot_p(); ftp.voidcmd('TYPE I')
def notify_and_wait(conn): conn.unwrap().close()
def notify_only(conn):
    conn.setblocking(False)
    try: conn.unwrap()
    except ssl.SSLWantReadError: pass
    conn.shutdown(socket.SHUT_WR)
    wait(conn)
def no_notify(conn):
    conn.shutdown(socket.SHUT_WR)
    wait(conn)
def wait(conn):
    # In clear from here on: what comes is thrown away.
    conn.settimeout(15)
    while conn.recv(65536): pass
    conn.close()
def close(conn): conn.close()
def upload(content, ending):
    conn = ftp.transfercmd('STOR file'); conn.sendall(content); ending(conn); ftp.voidresp()
def download(ending):
    conn = ftp.transfercmd('RETR file'); got = b''
    while True:
        chunk = conn.recv(65536)
        if not chunk: break
        got += chunk
    ending(conn); ftp.voidresp()
    return got
some = open(name, 'rb').read()
for content in (some, b''):
    for up in (notify_and_wait, notify_only, no_notify):
        upload(content, up)
        for down in (notify_and_wait, no_notify, close):
            print(up.__name__, down.__name__, len(content), download(down) == content)
ftp.quit()
`;

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = temporaryFolder('ftps-endings-');
  writeFileSync(join(folder, 'some'), randomBytes(300_000));
  const { cert, key } = await makeTlsIdentity({ name: 'localhost', kind: 'ec' });
  server = await startFtpd({
    config: `${BASE_CONFIGURATION}TLSEngine on
TLSRequired on
TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/server.pem
`,
    users: [{ name: 'u1' }],
    files: { 'server.pem': { content: `${cert}${key}`, mode: 0o600 } },
  });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  removeFolder(folder);
});

const uploads = ['notify_and_wait', 'notify_only', 'no_notify'];
const downloads = ['notify_and_wait', 'no_notify', 'close'];

describe('transfers of FTPS', () => {
  it.each(['TLSv1_2', 'TLSv1_3'])(
    'are whole whether the client ends them with close_notify or without, and downloads have that of the server: %s',
    async (version) => {
      const words = ['-c', program, String(server.port), PASSWORD, version, join(folder, 'some')];
      const { output } = await runProgram('python3', words, { deadlineMs: 60_000 });
      const expected = [300_000, 0].flatMap((bytes) =>
        uploads.flatMap((up) => downloads.map((down) => `${up} ${down} ${bytes} True`)),
      );
      expect(output.trim().split('\n')).toEqual(expected);
    },
    60_000,
  );
});

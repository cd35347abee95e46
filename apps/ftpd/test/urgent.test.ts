import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORD, runProgram, type TestServer } from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { configuration } from './dialogues/base.ts';
import { servers } from './servers.ts';

/** Node can't send urgent data; this is how BSD's ftp aborts: IAC IP, an urgent IAC, then DM and ABOR. */
const program = `
import ftplib, socket, sys
ftp = ftplib.FTP()
ftp.connect('127.0.0.1', int(sys.argv[1]), timeout=5)
ftp.login('u', sys.argv[2])
data = ftp.transfercmd('RETR big')
data.recv(1000)
ftp.sock.sendall(b'\\xff\\xf4')
ftp.sock.send(b'\\xff', socket.MSG_OOB)
ftp.sock.sendall(b'\\xf2ABOR\\r\\n')
codes = [ftp.getmultiline()[:3], ftp.getmultiline()[:3]]
data.close()
print(*codes, ftp.sendcmd('NOOP')[:3])
`;

describeBeside(servers)('urgent data to $name', ({ start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start({
      config: configuration([]),
      users: [{ name: 'u' }],
      files: { 'homes/u/big': Buffer.alloc(20_000_000) },
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  it('with ABOR in it ends the transfer', async () => {
    const { output } = await runProgram('python3', ['-c', program, String(server.port), PASSWORD]);
    expect(output.trim()).toBe('426 226 200');
  });
});

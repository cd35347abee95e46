import { BASE_CONFIGURATION, makeTlsIdentity, startFtpd, type TestServer } from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROLS, ownCtl, ownName, socketOf } from './ctl.ts';
import { securedDialogue } from './secured-dialogue.ts';

describe('ftpdctl tls sesscache', () => {
  let server: TestServer;

  beforeAll(async () => {
    const { cert, key } = await makeTlsIdentity();
    server = await startFtpd({
      config: `${BASE_CONFIGURATION}${CONTROLS}
TLSEngine on
TLSECCertificateFile %{env:FTPD_TEST_FOLDER}/server.pem
TLSSessionCache internal: 600
TLSControlsACLs info,clear allow user ${ownName}
`,
      files: { 'server.pem': { content: cert + key, mode: 0o600 } },
    });
  }, 60_000);

  afterAll(() => server.stop());

  const ask = (...words: readonly string[]) => ownCtl(socketOf(server), 'tls', 'sesscache', ...words);

  it('info tells what became of sessions', async () => {
    await securedDialogue({ port: server.port, tls: { maxVersion: 'TLSv1.2' }, commands: ['NOOP'] });
    const { code, lines } = await ask('info');
    expect(code).toBe(0);
    expect(lines).toContain("SSL session cache 'internal': memory of this daemon");
    expect(lines).toContain('Sessions are good for 600 seconds');
    expect(lines).toContain('Cache lifetime sessions stored: 1');
  });

  it('clear forgets them, and clients are served as before', async () => {
    const { code, lines } = await ask('clear');
    expect([code, lines]).toEqual([0, [expect.stringContaining('cleared the sessions')]]);
    const { replies } = await securedDialogue({ port: server.port, commands: ['NOOP'] });
    expect(replies.at(-1)).toMatch(/^200/u);
  });

  it('does nothing that its access list does not name, and nothing else', async () => {
    expect((await ask('remove')).lines).toEqual(['access denied']);
    const { code, lines } = await ask('info', 'more');
    expect([code, lines]).toEqual([3, [expect.stringContaining('missing or wrong parameters')]]);
  });
});

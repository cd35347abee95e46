import { renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  ControlClient,
  makeTlsIdentity,
  runProgram,
  PASSWORD,
  until,
  type TestServer,
  type TlsIdentity,
} from '@ftpd/test-services';
import { beforeAll, expect, it } from 'vitest';
import { describeBeside } from './beside.ts';
import { closedFolders } from './closed-folder.ts';
import { securedDialogue, type SecuredOutcome } from './secured-dialogue.ts';
import { servers } from './servers.ts';

const identities: Record<string, TlsIdentity> = {};

beforeAll(async () => {
  identities['rsa'] = await makeTlsIdentity({ name: 'rsa', kind: 'rsa' });
  for (const name of ['first', 'second', 'third', 'named'])
    identities[name] = await makeTlsIdentity({ name, alternativeNames: `DNS:${name}.example.org` });
}, 60_000);

const pem = (name: string): string => `${identities[name]?.cert}${identities[name]?.key}`;

const output = (server: TestServer): string => server.process.output();

const hello = (
  server: TestServer,
  tls: Parameters<typeof securedDialogue>[0]['tls'] = {},
): Promise<SecuredOutcome> => securedDialogue({ port: server.port, tls, commands: ['NOOP'] });

const engine = 'TLSEngine on\n';
const oneFile = `${engine}TLSECCertificateFile {closed}/server.pem\n`;

describeBeside(servers.filter(({ kind }) => kind === 'ftpd'))(
  'certificates of $name',
  { timeout: 90_000, concurrent: true },
  ({ start }) => {
    const { path: closed, put, fill, ...folder } = closedFolders();
    const started = (config: string): Promise<TestServer> =>
      folder.start(start, { config: `${BASE_CONFIGURATION}${config}`, users: [{ name: 'u1' }] });

    it('are read as root, and serve a client with a listing over TLS', async () => {
      put('server.pem', pem('first'));
      const server = await started(oneFile);
      const { code, output: shown } = await runProgram('curl', [
        '-sSk',
        '--ssl-reqd',
        '-v',
        '-u',
        `u1:${PASSWORD}`,
        `ftp://127.0.0.1:${server.port}/`,
      ]);
      expect([code, shown]).toEqual([0, expect.stringMatching(/CN=first[\s\S]*230 User u1 logged in/u)]);
    });

    it('RSA and ECDSA stand side by side, and the client chooses', async () => {
      put('server.pem', pem('first'));
      put('rsa.pem', pem('rsa'));
      const server = await started(
        `${oneFile}TLSRSACertificateFile {closed}/rsa.pem\nTLSRSACertificateKeyFile {closed}/rsa.pem\n`,
      );
      const with12 = (ciphers: string) => hello(server, { maxVersion: 'TLSv1.2', ciphers });
      expect((await with12('ECDHE-ECDSA-AES128-GCM-SHA256')).serverName).toBe('first');
      expect((await with12('ECDHE-RSA-AES128-GCM-SHA256')).serverName).toBe('rsa');
      expect(await hello(server, { sigalgs: 'rsa_pss_rsae_sha256' })).toMatchObject({
        serverName: 'rsa',
        protocol: 'TLSv1.3',
      });
    });

    it('are opened with the word of TLSPassPhraseProvider', async () => {
      put('plain.pem', pem('rsa'));
      const encrypt = ['rsa', '-aes256', '-passout', 'pass:secret', '-in', join(closed(), 'plain.pem')];
      await runProgram('openssl', [...encrypt, '-out', join(closed(), 'server.key')]);
      const asked = join(closed(), 'asked');
      writeFileSync(join(closed(), 'provider'), `#!/bin/sh\necho "$@" > ${asked}\necho secret\n`, {
        mode: 0o700,
      });
      const server = await started(
        `${engine}TLSPassPhraseProvider {closed}/provider\n` +
          'TLSRSACertificateFile {closed}/plain.pem\n' +
          'TLSRSACertificateKeyFile {closed}/server.key\n',
      );
      expect((await hello(server)).serverName).toBe('rsa');
      expect((await runProgram('cat', [asked])).output).toBe(`probe:${server.port} RSA\n`);
    });

    it('that are missing keep the daemon from starting, and -t says so, too', async () => {
      put('server.pem', pem('first'));
      const server = await started(oneFile);
      unlinkSync(join(closed(), 'server.pem'));
      const { code, output: said } = await server.check();
      expect(code).toBe(1);
      expect(said).toContain("server.pem' does not exist or does not contain a certificate on line");
      await expect(started(oneFile)).rejects.toThrow(
        /fatal: TLSECCertificateFile: .* does not exist or does not/u,
      );
    });

    it('are there again after SIGHUP, with those of other files, and sessions go on', async () => {
      put('server.pem', pem('first'));
      // Whoever became nobody must be able to read it now.
      writeFileSync(join(closed(), 'other.pem'), pem('second'), { mode: 0o644 });
      const server = await started(oneFile);
      expect((await hello(server)).serverName).toBe('first');
      const config = fill(`${BASE_CONFIGURATION}${oneFile.replace('server.pem', 'other.pem')}`);
      writeFileSync(join(server.folder, 'server.conf'), config);
      process.kill(server.process.pid, 'SIGHUP');
      await until(() => output(server).includes('the new configuration is in force'), 20_000, 'the reload');
      expect((await hello(server)).serverName).toBe('second');
    });

    it('that are wrong after SIGHUP leave the configuration as it was', async () => {
      put('server.pem', pem('first'));
      const server = await started(oneFile);
      writeFileSync(
        join(server.folder, 'server.conf'),
        `${BASE_CONFIGURATION}${oneFile.replace('server.pem', 'absent')}`.replaceAll('{closed}', closed()),
      );
      process.kill(server.process.pid, 'SIGHUP');
      await until(() => output(server).includes('the configuration was not changed'), 20_000, 'the refusal');
      expect(output(server)).toContain("absent' does not exist or does not contain a certificate");
      expect((await hello(server)).serverName).toBe('first');
    });
  },
);

/** As root, a process that became nobody can't read them again: the keeper can. */
const watching = servers.filter(({ name }) => name === (process.getuid?.() === 0 ? 'ftpd as root' : 'ftpd'));

describeBeside(watching)(
  'renewed certificates of $name',
  { timeout: 90_000, concurrent: true },
  ({ start }) => {
    const { path: closed, put, ...folder } = closedFolders();

    it('are taken by themselves: files that are written, symlinks that are swapped; half-written ones are not', async () => {
      for (const name of ['first', 'second', 'third']) put(`${name}.pem`, pem(name));
      const link = join(closed(), 'server.pem');
      const swap = (to: string): void => {
        symlinkSync(`${to}.pem`, `${link}.new`);
        renameSync(`${link}.new`, link);
      };
      swap('first');
      const setup = { config: `${BASE_CONFIGURATION}${oneFile}`, users: [{ name: 'u1' }] };
      const server = await folder.start(start, setup);
      const serves = async (name: string): Promise<boolean> => (await hello(server)).serverName === name;
      expect(await serves('first')).toBe(true);
      swap('second');
      await until(() => serves('second'), 20_000, 'the certificate behind the symlink');
      expect(output(server)).toContain('mod_tls: new certificates are in force for new connections');
      writeFileSync(join(closed(), 'second.pem'), pem('third').slice(0, 300));
      await until(() => output(server).includes('those that were read before stay'), 20_000, 'the complaint');
      expect(await serves('second')).toBe(true);
      writeFileSync(join(closed(), 'second.pem'), pem('third'));
      await until(() => serves('third'), 20_000, 'the certificate that is whole');
    });
  },
);

describeBeside(servers.filter(({ name }) => name !== 'ftpd as root'))(
  'names and versions with $name',
  { timeout: 90_000, concurrent: true },
  ({ kind, start }) => {
    const isOurs = kind === 'ftpd';
    const load = 'LoadModule mod_tls.c\n';
    const { put, ...folder } = closedFolders();

    async function started(config: string, portCount = 1): Promise<TestServer> {
      put('server.pem', pem('first'));
      put('named.pem', pem('named'));
      put('rsa.pem', pem('rsa'));
      const base = BASE_CONFIGURATION.replace(
        'LoadModule mod_site_misc.c',
        `LoadModule mod_site_misc.c\n${load}`,
      );
      return folder.start(start, { config: `${base}${config}`, users: [{ name: 'u1' }], portCount });
    }

    const named = `<VirtualHost 127.0.0.1>
Port %{env:FTPD_TEST_PORT}
ServerName named
ServerAlias named.example.org
TLSEngine on
TLSECCertificateFile {closed}/named.pem
</VirtualHost>
`;

    it('the name that a client asks for chooses the certificate', async () => {
      const server = await started(`DefaultAddress 127.0.0.1\n${oneFile}${named}`);
      const of = async (servername?: string) =>
        (await hello(server, servername === undefined ? {} : { servername })).serverName;
      expect(await of('named.example.org')).toBe('named');
      // Without one ProFTPD takes the last server of the address, ours the first.
      expect(await of()).toBe(isOurs ? 'first' : 'named');
    });

    it('speaks no version but those of TLSProtocol', async () => {
      const server = await started(`${oneFile}TLSProtocol TLSv1.2\n`);
      expect((await hello(server)).protocol).toBe('TLSv1.2');
      expect(await hello(server, { minVersion: 'TLSv1.3' })).not.toHaveProperty('protocol');
      const none = await securedDialogue({
        port: server.port,
        tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      });
      expect(none).not.toHaveProperty('protocol');
    });

    it('answers ALPN with ftp', async () => {
      const server = await started(oneFile);
      expect((await hello(server, { ALPNProtocols: ['ftp'] })).alpn).toBe('ftp');
    });

    it('lets no client renegotiate, and compresses nothing', async () => {
      const server = await started(oneFile);
      const args = ['s_client', '-starttls', 'ftp', '-connect', `127.0.0.1:${server.port}`, '-tls1_2'];
      const { output: said } = await runProgram('sh', [
        '-c',
        `(sleep 1; echo R; sleep 1) | openssl ${args.join(' ')} 2>&1`,
      ]);
      expect(said).toMatch(/Compression: NONE/u);
      expect(said).toMatch(
        /RENEGOTIATING[\s\S]*no renegotiation|RENEGOTIATING[\s\S]*(?:unexpected eof|write R BLOCK)/iu,
      );
    });

    it('begins with TLS where UseImplicitSSL says so', async () => {
      const server = await started(
        `${oneFile}<VirtualHost 127.0.0.1>
Port %{env:FTPD_TEST_PORT2}
TLSEngine on
TLSECCertificateFile {closed}/named.pem
TLSOptions UseImplicitSSL
</VirtualHost>
`,
        2,
      );
      const { replies, serverName } = await securedDialogue({
        port: server.ports[1] ?? 0,
        isImplicit: true,
        commands: ['NOOP'],
      });
      expect(replies).toEqual([expect.stringMatching(/^220 /u), expect.stringMatching(/^200 /u)]);
      expect(serverName).toBe('named');
    });

    it('tells the address of TLSMasqueradeAddress over TLS alone', async () => {
      const server = await started(`${oneFile}TLSMasqueradeAddress 192.0.2.7\n`);
      const commands = ['USER u1', `PASS ${PASSWORD}`, 'PASV'];
      const { replies } = await securedDialogue({ port: server.port, commands });
      expect(replies.at(-1)).toMatch(/^227 .*\(192,0,2,7,/u);
      const plain = await ControlClient.login({ port: server.port, user: 'u1', password: PASSWORD });
      expect((await plain.ask('PASV', 227)).text).toContain('(127,0,0,1,');
      plain.destroy();
    });

    it('says 431 to AUTH without a certificate', async () => {
      const server = await started(engine);
      expect((await hello(server)).replies).toEqual(['431 Necessary security resource unavailable']);
    });

    it.each(isOurs ? ['names and protocols that are not its own where that is asked for'] : [])(
      'refuses %s',
      async () => {
        const server = await started(
          `DefaultAddress 127.0.0.1\n${oneFile}TLSRequireServerName on\nTLSRequireNextProtocol on\n${named}`,
        );
        const fails = async (tls: Parameters<typeof hello>[1]) =>
          expect(await hello(server, tls)).toMatchObject({
            replies: [expect.stringMatching(/^234/u), 'closed'],
          });
        await fails({});
        await fails({ servername: 'other.example.org' });
        expect((await hello(server, { servername: 'named.example.org' })).serverName).toBe('named');
      },
    );
  },
);

import { anonymousFor } from '@ftpd/config';
import { virtualPath } from '@ftpd/storage';
import { describe, expect, it } from 'vitest';
import { configurationOf } from '../test/configuration-of.ts';
import { settingsOfScope, type SettingsContext } from './settings-of-scope.ts';

const context: SettingsContext = {
  localAddress: '192.0.2.9',
  hostName: 'host.example',
  isInClass: (address, className) => className === 'lan' && address.startsWith('10.'),
  numericAddress: (text) => (text === 'nat.example' ? '198.51.100.1' : undefined),
  directives: { first: () => undefined, all: () => [] },
};

async function settingsOf(
  text: string,
  facts: { readonly user?: string; readonly className?: string; readonly rootPath?: string } = {},
) {
  const configuration = await configurationOf(text);
  return settingsOfScope(configuration.scope({ server: configuration.servers[0], ...facts }), context);
}

describe('settingsOfScope', () => {
  it('has the defaults of ProFTPD', async () => {
    expect(await settingsOf('')).toMatchObject({
      serverId: 1,
      serverName: 'ProFTPD',
      greeting: 'ProFTPD Server (ProFTPD) [192.0.2.9]',
      timeouts: {
        idleMs: 600_000,
        loginMs: 300_000,
        noTransferMs: 300_000,
        stalledMs: 3_600_000,
        sessionMs: 0,
        lingerMs: 10_000,
      },
      maxLoginAttempts: 3,
      allowsOverwrite: false,
      allowsStoreRestart: false,
      allowsRetrieveRestart: true,
      fileUmask: 0o022,
      defaultType: 'A',
      dependsOnPath: false,
      limits: {},
    });
  });

  it.each([
    ['ServerIdent off', { greeting: '192.0.2.9 FTP server ready' }],
    [
      'ServerIdent on "%v at %V (%L, %{version}) %x"',
      { greeting: 'ProFTPD at host.example (192.0.2.9, 1.3.8) %x' },
    ],
    ['TimeoutIdle 1200\nTimeoutStalled 5m', { timeouts: { idleMs: 1_200_000, stalledMs: 300_000 } }],
    ['Umask 077 027', { fileUmask: 0o077, directoryUmask: 0o027 }],
    ['HiddenStores on', { hiddenStores: { prefix: '.in.', suffix: '.' }, deletesAbortedStores: true }],
    ['PassivePorts 49152 65534', { passivePorts: { from: 49_152, to: 65_534 } }],
    ['MasqueradeAddress nat.example', { passiveAddress: '198.51.100.1' }],
    [
      'MaxClients 10 "Full: %m"\nMaxClientsPerHost 2',
      { limits: { clients: { max: 10, message: 'Full: %m' }, clientsPerHost: { max: 2 } } },
    ],
    [
      'TransferRate RETR,APPE 8.5:1024',
      {
        rates: {
          RETR: { bytesPerSecond: 8704, freeBytes: 1024 },
          APPE: { bytesPerSecond: 8704, freeBytes: 1024 },
        },
      },
    ],
    [
      'DisplayLogin welcome.msg\nDisplayChdir .message true',
      { display: { login: 'welcome.msg', chdir: '.message', isChdirShownOnce: true } },
    ],
    ['ListOptions "-la" strict maxdepth 3', { listOptions: { text: '-la', isStrict: true, maxDepth: 3 } }],
    ['MaxCommandRate 200 2', { commandRate: { max: 200, intervalMs: 2000 } }],
    ['DefaultTransferMode binary', { defaultType: 'I' }],
    ['SocketOptions rcvbuf 8192 keepalive off', { socket: { receiveBufferBytes: 8192, isKeptAlive: false } }],
    ['UseEncoding off', { hiddenFeatures: new Set(['UTF8']) }],
    [
      'DirFakeUser on\nDirFakeGroup on staff\nDirFakeMode 0444',
      { fakeOwner: 'ftp', fakeGroup: 'staff', fakeMode: 0o444 },
    ],
  ])('honours %s', async (text, expected) => {
    expect(await settingsOf(text)).toMatchObject(expected);
  });

  it('takes off the ceiling of logins with none', async () => {
    expect(await settingsOf('MaxLoginAttempts none')).not.toHaveProperty('maxLoginAttempts');
  });

  it('filters arguments, but no passwords', async () => {
    const { isCommandAllowed } = await settingsOf('DenyFilter \\*.*/\nAllowFilter ^[a-z*/]+$');
    expect(isCommandAllowed('RETR', 'abc')).toBe(true);
    expect(isCommandAllowed('LIST', '*/a')).toBe(false);
    expect(isCommandAllowed('RETR', 'ABC')).toBe(false);
    expect(isCommandAllowed('PASS', '*/A')).toBe(true);
  });

  it('knows who may use another address', async () => {
    expect((await settingsOf('AllowForeignAddress on')).allowsForeignAddress('192.0.2.1')).toBe(true);
    const { allowsForeignAddress } = await settingsOf('AllowForeignAddress lan');
    expect([allowsForeignAddress('10.1.1.1'), allowsForeignAddress('192.0.2.1')]).toEqual([true, false]);
  });

  it('limits only the class that a limit is for', async () => {
    const text = 'MaxClientsPerClass lan 5\nMaxClientsPerClass wan 1';
    expect((await settingsOf(text, { className: 'wan' })).limits).toEqual({ clientsPerClass: { max: 1 } });
    expect((await settingsOf(text)).limits).toEqual({});
  });

  it('differs from folder to folder, below the root of the session', async () => {
    const settings = await settingsOf(
      'AllowOverwrite on\n<Directory /srv/ftp/pub>\nAllowOverwrite off\nUmask 077\n</Directory>',
      { user: 'alice', rootPath: '/srv/ftp' },
    );
    expect(settings.dependsOnPath).toBe(true);
    expect(settings.at(virtualPath('/home/x')).allowsOverwrite).toBe(true);
    expect(settings.at(virtualPath('/pub/x'))).toMatchObject({ allowsOverwrite: false, fileUmask: 0o077 });
    expect(settings.at(virtualPath('/pub/x'))).toBe(settings.at(virtualPath('/pub/x')));
  });

  it('takes what an <Anonymous> section says before its server', async () => {
    const configuration = await configurationOf(
      'MaxClients 50\nTimeoutIdle 60\n<Anonymous /srv>\nUser ftp\nUserAlias anonymous ftp\nMaxClients 10\n</Anonymous>',
    );
    const [server] = configuration.servers;
    const anonymous = anonymousFor(configuration.scope({ server }).anonymousSections(), 'anonymous');
    const settings = settingsOfScope(
      configuration.scope({ server, anonymous, user: 'ftp', rootPath: '/srv' }),
      context,
    );
    expect(settings).toMatchObject({ limits: { clients: { max: 10 } }, timeouts: { idleMs: 60_000 } });
  });
});

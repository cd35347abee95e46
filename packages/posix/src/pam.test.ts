import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { scratchFolder } from '../test/scratch-folder.ts';
import { startPam, type PamMessage, type PamOptions, type PamTransaction } from './index.ts';

const configurationFolder = scratchFolder();
const failsWith = (code: string): unknown => expect.objectContaining({ code, name: 'PosixError' });

const all = (module: string): string =>
  ['auth', 'account', 'password', 'session'].map((kind) => `${kind} required ${module}\n`).join('');

const services: Readonly<Record<string, string>> = {
  permit: all('pam_permit.so'),
  deny: all('pam_deny.so'),
  'no-module': all('pam_of_no_package.so'),
  other: all('pam_deny.so'),
  slow: `auth optional pam_faildelay.so delay=60000000\n${all('pam_deny.so')}`,
  greeting: `auth optional pam_echo.so user %u of %H at %t\nauth required pam_permit.so\n`,
  password: `auth required pam_exec.so expose_authtok quiet ${configurationFolder}/save\n`,
};
for (const [service, text] of Object.entries(services)) {
  writeFileSync(join(configurationFolder, service), text);
}
writeFileSync(
  join(configurationFolder, 'save'),
  `#!/bin/sh\n{ cat; printf '|%s|%s|%s' "$PAM_USER" "$PAM_RHOST" "$PAM_TTY"; } > ${configurationFolder}/saved\n`,
  { mode: 0o755 },
);

function transaction(service: string, options: Partial<PamOptions> = {}): PamTransaction {
  const user = 'somebody';
  const pam = startPam({
    service,
    user,
    password: Buffer.from('secret'),
    configurationFolder,
    ...options,
  });
  onTestFinished(() => pam.end());
  return pam;
}

describe('a transaction', () => {
  test('of modules that permit succeeds at every step', () => {
    const pam = transaction('permit');
    const success = { code: 'PAM_SUCCESS', failDelayMs: 0, text: expect.stringMatching(/./) as unknown };
    expect(pam.authenticate()).toEqual(success);
    expect(pam.checkAccount()).toEqual(success);
    expect(pam.setCredentials('establish')).toEqual(success);
    expect(pam.openSession()).toEqual(success);
    expect(pam.closeSession()).toEqual(success);
    expect(pam.setCredentials('delete')).toEqual(success);
    expect(Buffer.from(pam.user()).toString()).toBe('somebody');
  });

  test.each(['deny', 'a service without a file'])('of modules that deny fails at every step: %s', (name) => {
    const pam = transaction(name);
    expect(pam.authenticate().code).toBe('PAM_AUTH_ERR');
    expect(pam.checkAccount().code).toBe('PAM_AUTH_ERR');
    expect(pam.setCredentials('establish').code).toBe('PAM_CRED_ERR');
    expect(pam.openSession().code).toBe('PAM_SESSION_ERR');
    expect(pam.closeSession().code).toBe('PAM_SESSION_ERR');
  });

  test('with a module that is not installed fails', () => {
    expect(transaction('no-module').authenticate().code).toBe('PAM_MODULE_UNKNOWN');
  });

  test('hands over user, password, host and terminal, byte by byte', () => {
    const password = Buffer.from([0x20, 0xff, 0xfe, 0x0a, 0x25, 0x73]);
    const pam = transaction('password', { password, remoteHost: '192.0.2.1', tty: '/dev/ftpd1' });
    expect(pam.authenticate().code).toBe('PAM_SUCCESS');
    expect(readFileSync(join(configurationFolder, 'saved'))).toEqual(
      Buffer.concat([password, Buffer.from('|somebody|192.0.2.1|/dev/ftpd1')]),
    );
  });

  test('takes an empty password and one of 511 bytes, and none that is longer or holds a NUL', () => {
    for (const length of [0, 511]) {
      const pam = transaction('password', { password: Buffer.alloc(length, 'x') });
      pam.authenticate({ acceptsEmptyPassword: true });
      expect(readFileSync(join(configurationFolder, 'saved'), 'latin1').indexOf('|')).toBe(length);
    }
    expect(() => transaction('permit', { password: Buffer.alloc(512, 'x') })).toThrow(failsWith('EINVAL'));
    expect(() => transaction('permit', { password: Buffer.from('a\0b') })).toThrow(failsWith('EINVAL'));
    expect(() => transaction('permit', { user: 'a\0b' })).toThrow(failsWith('EINVAL'));
    expect(() => transaction('permit', { tty: 'a\0b' })).toThrow(failsWith('EINVAL'));
    expect(() => transaction('per\0mit')).toThrow(failsWith('EINVAL'));
  });

  test('passes on what modules say', () => {
    const messages: PamMessage[] = [];
    const onMessage = (message: PamMessage): void => void messages.push(message);
    const pam = transaction('greeting', { onMessage, remoteHost: '192.0.2.1', tty: '/dev/ftpd1' });
    expect(pam.authenticate().code).toBe('PAM_SUCCESS');
    expect(messages).toEqual([{ kind: 'information', text: 'user somebody of 192.0.2.1 at /dev/ftpd1' }]);
  });

  test('ends the conversation when the listener throws, not the process', () => {
    const pam = transaction('greeting', {
      onMessage: () => {
        throw new Error('no');
      },
    });
    expect(['PAM_SUCCESS', 'PAM_CONV_ERR']).toContain(pam.authenticate().code);
  });

  test('reports the delay that modules wish, and does not wait', () => {
    const startMs = performance.now();
    const { code, failDelayMs } = transaction('slow').authenticate();
    expect(code).toBe('PAM_AUTH_ERR');
    expect(failDelayMs).toBeGreaterThan(20_000);
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  test('cannot be used after its end', () => {
    const pam = transaction('permit');
    pam.end();
    pam.end();
    expect(() => pam.authenticate()).toThrow(failsWith('EINVAL'));
    expect(() => pam.user()).toThrow(failsWith('EINVAL'));
  });

  test('does not start without any service file', () => {
    const empty = join(configurationFolder, 'empty');
    mkdirSync(empty);
    expect(() => transaction('permit', { configurationFolder: empty })).toThrow(failsWith('PAM_ABORT'));
  });

  test('leaves nothing behind, ten thousand times', () => {
    const codes = new Set<string>();
    // Far more than callbacks could be registered at a time; memory freed twice would end the process.
    for (let index = 0; index < 10_000; index += 1) {
      const pam = startPam({
        service: 'permit',
        user: 'somebody',
        password: Buffer.from('x'),
        configurationFolder,
      });
      if (index % 100 === 0) codes.add(pam.authenticate().code);
      pam.end();
    }
    expect([...codes]).toEqual(['PAM_SUCCESS']);
  });
});

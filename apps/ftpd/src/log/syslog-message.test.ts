import { describe, expect, it } from 'vitest';
import { syslogMessage, type SyslogMessage } from './syslog-message.ts';

const message: SyslogMessage = {
  atMs: new Date(2026, 10, 2, 1, 2, 3).getTime(),
  level: 'notice',
  pid: 42,
  server: '127.0.0.1',
  text: 'ProFTPD killed (signal 15)',
};
const textOf = (changes: Partial<SyslogMessage>): string =>
  Buffer.from(syslogMessage({ ...message, ...changes })).toString();
const client = { name: 'client.example', address: '192.0.2.1' };

describe('syslogMessage', () => {
  it('is what ProFTPD sends', () => {
    expect(textOf({})).toBe('<29>Nov  2 01:02:03 proftpd[42]: 127.0.0.1 - ProFTPD killed (signal 15)\n');
    expect(textOf({ client, level: 'info', text: 'FTP session opened.' })).toBe(
      '<30>Nov  2 01:02:03 proftpd[42]: 127.0.0.1 (client.example[192.0.2.1]) - FTP session opened.\n',
    );
  });

  it.each([
    ['error', '<27>'],
    ['warning', '<28>'],
    ['notice', '<29>'],
    ['info', '<30>'],
    ['debug', '<31>'],
  ] as const)('gives %s its severity', (level, start) => {
    expect(textOf({ level })).toMatch(start);
  });

  it.each([
    'USER ann: Login successful.',
    'ANON ftp: Login successful.',
    'USER ann (Login failed): Incorrect password',
    'USER x: no such user found from 192.0.2.1 [192.0.2.1] to 127.0.0.1:21',
    'Maximum login attempts (3) exceeded, connection refused',
  ])('tells authpriv: %s', (text) => {
    expect(textOf({ client, text })).toMatch(/^<85>/);
  });

  it('has the facility of SyslogFacility for logins too', () => {
    expect(textOf({ client, text: 'USER ann: Login successful.', facility: 'local3' })).toMatch(/^<157>/);
    expect(textOf({ facility: 'auth' })).toMatch(/^<85>/);
  });

  it('stays one line, and names no server before there is one', () => {
    const { server: _server, ...early } = message;
    expect(Buffer.from(syslogMessage({ ...early, text: 'a\nb' })).toString()).toBe(
      '<29>Nov  2 01:02:03 proftpd[42]: a\\x0ab\n',
    );
  });

  it.each([0, 1, 2, 3])('cuts what is too long between characters, %i bytes on', (shift) => {
    const bytes = syslogMessage({ ...message, text: `${'a'.repeat(shift)}${'€'.repeat(5000)}` });
    expect(bytes.length).toBeLessThanOrEqual(8192);
    expect(bytes.length).toBeGreaterThan(8188);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).not.toThrow();
    expect(bytes.at(-1)).toBe(0x0a);
  });

  it('keeps bytes that are no UTF-8', () => {
    expect([...syslogMessage({ ...message, text: 'x\udcff' })].slice(-3)).toEqual([0x78, 0xff, 0x0a]);
  });
});

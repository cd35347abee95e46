import { describe, expect, it } from 'vitest';
import { escapeControls } from './escape.ts';
import { systemLine } from './system-line.ts';
import { xferlogLine, type TransferLine } from './xferlog-line.ts';

const atMs = new Date(2026, 10, 2, 1, 2, 3, 45).getTime();

describe('systemLine', () => {
  it('has the columns of ProFTPD', () => {
    const line = systemLine({
      atMs,
      host: 'vm',
      pid: 42,
      server: '127.0.0.1',
      client: { name: 'client.example', address: '192.0.2.1' },
      text: 'FTP session opened.',
    });
    expect(line).toBe(
      '2026-11-02 01:02:03,045 vm proftpd[42] 127.0.0.1 (client.example[192.0.2.1]): FTP session opened.',
    );
  });

  it('has no server before the configuration is read', () => {
    expect(systemLine({ atMs, host: 'vm', pid: 1, text: 'fatal: x' })).toBe(
      '2026-11-02 01:02:03,045 vm proftpd[1]: fatal: x',
    );
  });

  it('stays one line whatever a client sent', () => {
    expect(escapeControls('a\r\nb\x1b[2J\x7f\u009b\u2028é\udcff')).toBe(
      'a\\x0d\\x0ab\\x1b[2J\\x7f\\x9b\\u2028é\udcff',
    );
  });
});

describe('xferlogLine', () => {
  const transfer: TransferLine = {
    atMs,
    durationMs: 1600,
    remoteHost: '192.0.2.1',
    bytes: 500,
    path: '/srv/a b\nc\u00e9.txt',
    type: 'I',
    direction: 'received',
    isAnonymous: false,
    user: 'alice',
    isComplete: true,
  };

  it('is what wu-ftpd and ProFTPD write', () => {
    expect(xferlogLine(transfer)).toBe(
      'Mon Nov 02 01:02:03 2026 2 192.0.2.1 500 /srv/a_b_cé.txt b _ i r alice ftp 0 * c',
    );
  });

  it.each([
    [{ type: 'A' }, ' a _ i r alice ftp 0 * c'],
    [{ direction: 'sent' }, ' b _ o r alice ftp 0 * c'],
    [{ direction: 'deleted' }, ' b _ d r alice ftp 0 * c'],
    [{ isAnonymous: true, user: 'me@here you' }, ' b _ i a me@here_you ftp 0 * c'],
    [{ isComplete: false }, ' b _ i r alice ftp 0 * i'],
  ] as const)('tells %j', (changes, end) => {
    expect(xferlogLine({ ...transfer, ...changes }).endsWith(end)).toBe(true);
  });
});

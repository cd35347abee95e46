import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchFolder } from '../test/scratch-folder.ts';
import { appendWtmp, encodeWtmp, type WtmpRecord } from './index.ts';

const folder = scratchFolder();
const login: WtmpRecord = {
  kind: 'login',
  user: 'bob',
  line: 'ftpd4711',
  host: 'client.example',
  pid: 4711,
  atMs: Date.UTC(2026, 10, 22, 12, 30, 5, 123),
};

describe('a wtmp record', () => {
  test('has the layout of the architecture', () => {
    const x64 = Buffer.from(encodeWtmp(login, 'x64'));
    expect(x64).toHaveLength(384);
    expect([x64.readInt16LE(0), x64.readInt32LE(4)]).toEqual([7, 4711]);
    expect(x64.toString('latin1', 8, 16)).toBe('ftpd4711');
    expect(x64.toString('latin1', 44, 48)).toBe('bob\0');
    expect(x64.toString('latin1', 76, 91)).toBe('client.example\0');
    expect([x64.readInt32LE(340), x64.readInt32LE(344)]).toEqual([1_795_350_605, 123_000]);
    const arm64 = Buffer.from(encodeWtmp({ ...login, kind: 'logout' }, 'arm64'));
    expect(arm64).toHaveLength(400);
    expect(arm64.readInt16LE(0)).toBe(8);
    expect(arm64.readUInt8(44)).toBe(0);
    expect([arm64.readBigInt64LE(344), arm64.readBigInt64LE(352)]).toEqual([1_795_350_605n, 123_000n]);
  });

  test('cuts what is too long, and touches no other field', () => {
    const long = 'x'.repeat(1000);
    const bytes = Buffer.from(encodeWtmp({ ...login, atMs: 0, user: long, line: long, host: long }, 'x64'));
    const filled = [...bytes.entries()].filter(([, byte]) => byte === 0x78).map(([index]) => index);
    expect(filled).toEqual([
      ...Array.from({ length: 32 }, (_, index) => 8 + index),
      ...Array.from({ length: 32 }, (_, index) => 44 + index),
      ...Array.from({ length: 256 }, (_, index) => 76 + index),
    ]);
  });

  test('is refused with a NUL, or for an architecture that nobody looked at', () => {
    expect(() => encodeWtmp({ ...login, user: 'a\0b' })).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(() => encodeWtmp(login, 'mips')).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  test('is read by last(1) as a session with its end', () => {
    const path = join(folder, 'wtmp');
    writeFileSync(path, '');
    appendWtmp(path, login);
    appendWtmp(path, { ...login, kind: 'logout', atMs: login.atMs + 25 * 60_000 });
    const output = execFileSync('last', ['-f', path], { env: { ...process.env, TZ: 'UTC' } }).toString();
    expect(output).toMatch(/^bob\s+ftpd4711\s+client\.example\s+Sun Nov 22 12:30 - 12:55\s+\(00:25\)$/m);
  });

  test('goes into no file that is not there, and through no symlink', () => {
    const path = join(folder, 'absent');
    expect(() => appendWtmp(path, login)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(existsSync(path)).toBe(false);
    writeFileSync(join(folder, 'other'), 'x');
    symlinkSync('other', join(folder, 'link'));
    expect(() => appendWtmp(join(folder, 'link'), login)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    expect(readFileSync(join(folder, 'other'), 'latin1')).toBe('x');
  });
});

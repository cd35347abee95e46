import { describe, expect, it } from 'vitest';
import { encodeLastlog } from './lastlog.ts';

const record = { line: 'ftpd1', host: '192.0.2.1', atMs: 1_793_358_123_456 };

describe('encodeLastlog', () => {
  it('is struct lastlog, with a time of 32 bits on x86-64 and of 64 on arm64', () => {
    const x64 = Buffer.from(encodeLastlog(record, 'x64'));
    const arm64 = Buffer.from(encodeLastlog(record, 'arm64'));
    expect([x64.length, arm64.length]).toEqual([292, 296]);
    expect(x64.readUInt32LE()).toBe(1_793_358_123);
    expect(arm64.readBigInt64LE()).toBe(1_793_358_123n);
    expect(x64.toString('latin1', 4, 10)).toBe('ftpd1\0');
    expect(x64.toString('latin1', 36, 46)).toBe('192.0.2.1\0');
  });

  it('cuts what is too long', () => {
    const long = encodeLastlog({ ...record, line: 'l'.repeat(40), host: 'h'.repeat(300) }, 'x64');
    expect(Buffer.from(long).toString('latin1', 35)).toBe(`l${'h'.repeat(256)}`);
  });
});

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFileError, openAppendFile } from './append-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpd-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('openAppendFile', () => {
  it('writes whole lines after what is there, soon', async () => {
    const path = join(folder, 'x.log');
    const first = openAppendFile(path, { mode: 0o640, delayMs: 1 });
    first.writeLine('one');
    first.close();
    const log = openAppendFile(path, { mode: 0o640, delayMs: 1 });
    log.writeLine('two');
    log.writeLine('three \udcff');
    await expect.poll(() => readFileSync(path, 'latin1')).toBe('one\ntwo\nthree \xff\n');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    log.close();
  });

  it('follows the name after a rotation, losing nothing', () => {
    const path = join(folder, 'x.log');
    const log = openAppendFile(path, { mode: 0o640 });
    log.writeLine('old');
    renameSync(path, `${path}.1`);
    expect(log.reopen()).toBe(true);
    log.writeLine('new');
    log.close();
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('old\n');
    expect(readFileSync(path, 'utf8')).toBe('new\n');
  });

  it('keeps the old file when the new one can not be opened', () => {
    const path = join(folder, 'x.log');
    const errors: unknown[] = [];
    const log = openAppendFile(path, { mode: 0o640, onError: (error) => errors.push(error) });
    renameSync(path, `${path}.1`);
    mkdirSync(path);
    expect(log.reopen()).toBe(false);
    log.writeLine('still here');
    log.close();
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('still here\n');
    expect(errors).toHaveLength(1);
  });

  it('drops and counts lines beyond its buffer', () => {
    const path = join(folder, 'x.log');
    const log = openAppendFile(path, { mode: 0o640, maxBufferedBytes: 10 });
    for (const line of ['12345', '67890', 'abc', 'd']) log.writeLine(line);
    log.close();
    expect(readFileSync(path, 'utf8')).toBe(
      '12345\nabc\n2 log lines were dropped here: the disk was too slow\n',
    );
  });

  it('refuses symbolic links, world-writable folders and pipes that nobody reads', () => {
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link.log'));
    expect(() => openAppendFile(join(folder, 'link.log'), { mode: 0o640 })).toThrow(/is a symbolic link$/);
    openAppendFile(join(folder, 'link.log'), { mode: 0o640, allowsSymlink: true }).close();
    expect(statSync(join(folder, 'elsewhere')).size).toBe(0);
    chmodSync(folder, 0o777);
    expect(() => openAppendFile(join(folder, 'x.log'), { mode: 0o640 })).toThrow(
      `${folder} is a world-writable directory`,
    );
    expect(() => openAppendFile(join(folder, 'none/x.log'), { mode: 0o640 })).toThrow(LogFileError);
    expect(() => openAppendFile(join(folder, 'none/x.log'), { mode: 0o640 })).toThrow(
      'No such file or directory',
    );
  });
});

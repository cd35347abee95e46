import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDirectory } from './directory-entries.ts';

describe('readDirectory', () => {
  let folder: string;
  let fd: number;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'posix-entries-'));
    fd = fs.openSync(folder, fs.constants.O_DIRECTORY);
  });

  afterEach(() => {
    fs.closeSync(fd);
    fs.rmSync(folder, { recursive: true });
  });

  const readAll = (maxBytes: number): string[] => {
    const names: string[] = [];
    for (let part = readDirectory(fd, maxBytes); part.length > 0; part = readDirectory(fd, maxBytes))
      names.push(...part.map((name) => Buffer.from(name).toString('latin1')));
    return names.sort();
  };

  it('tells every name once, however small the room, and none of an empty folder', () => {
    expect(readAll(1)).toEqual([]);
    const names = Array.from({ length: 300 }, (_, number) => `${number}`.padEnd((number % 250) + 3, 'x'));
    for (const name of names) fs.writeFileSync(`${folder}/${name}`, '');
    fs.writeFileSync(`${folder}/..x`, '');
    fs.closeSync(fd);
    fd = fs.openSync(folder, fs.constants.O_DIRECTORY);
    expect(readAll(1)).toEqual([...names, '..x'].sort());
  });

  it('gives the bytes of a name as they are', () => {
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xe9, 0x0a])]), '');
    fs.closeSync(fd);
    fd = fs.openSync(folder, fs.constants.O_DIRECTORY);
    expect(readAll(4096)).toEqual(['\xe9\n']);
  });

  it('refuses what is no folder, and what is not open', () => {
    const file = fs.openSync(`${folder}/f`, 'w');
    expect(() => readDirectory(file, 4096)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    fs.closeSync(file);
    expect(() => readDirectory(file, 4096)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });
});

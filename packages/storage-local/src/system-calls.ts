import fs from 'node:fs';
import { promisify } from 'node:util';
import { decodeName } from '@ftpd/storage';
import type { RealName } from './real-name.ts';

// The callback interface: descriptors are numbers that nobody else closes, and a call costs half of what it costs with
// `fs.promises`.
export const open: (name: RealName, flags: number, mode?: number) => Promise<number> = promisify(fs.open);
export const lstat: (name: RealName) => Promise<fs.Stats> = promisify(fs.lstat) as (
  name: RealName,
) => Promise<fs.Stats>;
export const stat: (name: RealName) => Promise<fs.Stats> = promisify(fs.stat) as (
  name: RealName,
) => Promise<fs.Stats>;
export const fstat: (descriptor: number) => Promise<fs.Stats> = promisify(fs.fstat) as (
  descriptor: number,
) => Promise<fs.Stats>;
export const ftruncate: (descriptor: number, sizeBytes: number) => Promise<void> = promisify(fs.ftruncate);
export const fchmod: (descriptor: number, mode: number) => Promise<void> = promisify(fs.fchmod);
export const fchown: (descriptor: number, uid: number, gid: number) => Promise<void> = promisify(fs.fchown);
export const unlink: (name: RealName) => Promise<void> = promisify(fs.unlink);
export const rmdir: (name: RealName) => Promise<void> = promisify(fs.rmdir);
export const rename: (from: RealName, to: RealName) => Promise<void> = promisify(fs.rename);
export const symlink: (target: RealName, name: RealName) => Promise<void> = promisify(fs.symlink);
export const chmod: (name: RealName, mode: number) => Promise<void> = promisify(fs.chmod);
export const chown: (name: RealName, uid: number, gid: number) => Promise<void> = promisify(fs.chown);
export const utimes: (name: RealName, accessed: number | Date, modified: number | Date) => Promise<void> =
  promisify(fs.utimes);
export const access: (name: RealName, mode: number) => Promise<void> = promisify(fs.access);

export const mkdir: (name: RealName, mode: number) => Promise<void> = (name, mode) =>
  new Promise((resolve, reject) => {
    fs.mkdir(name, { mode }, (error) => (error === null ? resolve() : reject(error)));
  });

export const readlink: (name: RealName) => Promise<string> = (name) =>
  new Promise((resolve, reject) => {
    fs.readlink(name, 'buffer', (error, target) =>
      error === null ? resolve(decodeName(target)) : reject(error),
    );
  });

/** realpath(3): the kernel's own name, symlinks resolved. */
export const realpath: (name: RealName) => Promise<string> = (name) =>
  new Promise((resolve, reject) => {
    fs.realpath.native(name, 'buffer', (error, path) =>
      error === null ? resolve(decodeName(path)) : reject(error),
    );
  });

/** Bytes that are free for users without privilege. */
export const freeBytesAt: (name: RealName) => Promise<number> = (name) =>
  new Promise((resolve, reject) => {
    fs.statfs(name, (error, found) => (error === null ? resolve(found.bavail * found.bsize) : reject(error)));
  });

/** A folder's entries, names as Latin-1 (see `nameFromLatin1`), read from the kernel by so many. */
export const openFolder: (name: RealName, bufferSize: number) => Promise<fs.Dir> = (name, bufferSize) =>
  new Promise((resolve, reject) => {
    fs.opendir(name, { encoding: 'latin1', bufferSize }, (error, folder) =>
      error === null ? resolve(folder) : reject(error),
    );
  });

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const capabilities = '+setuid,+setgid';
const asServer = [
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--no-new-privs',
  ...['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all,${capabilities}`),
];
const asNobody = [
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  ...['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all`),
];

function runAs(options: readonly string[], program: string, argument: string): string {
  const script = path.join(import.meta.dirname, '../../test', program);
  const node = [process.execPath, '--conditions=@ftpd/source', script, argument];
  return execFileSync('setpriv', [...options, ...node], { encoding: 'utf8' });
}

/** The mode that a umask of 0 leaves. */
const ofAnn = (mode: string): string => `54001:54001 ${mode}`;

describe('a server that is not root', () => {
  let top: string;
  let result: Record<string, unknown>;

  beforeAll(() => {
    top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
    fs.chmodSync(top, 0o755);
    const folders = { free: 0o777, others: 0o700, closed: 0o700, 'closed/home': 0o755, setgid: 0o2777 };
    for (const [name, mode] of Object.entries(folders)) {
      fs.mkdirSync(`${top}/${name}`);
      if (name === 'setgid') fs.chownSync(`${top}/${name}`, 0, 54_009);
      fs.chmodSync(`${top}/${name}`, mode);
    }
    fs.writeFileSync(`${top}/others/f`, 'secret');
    result = JSON.parse(runAs(asServer, 'split-process.ts', top)) as Record<string, unknown>;
  }, 60_000);

  afterAll(() => fs.rmSync(top, { recursive: true, force: true }));

  it('has two capabilities', () => {
    expect(result).toMatchObject({ uid: '65534', capabilities: '00000000000000c0' });
  });

  it('has made the threads of libuv before one of its threads is somebody else', () => {
    expect(result['poolThreadsAtFirstWorker']).toEqual([expect.toSatisfy((count: number) => count > 0)]);
    // With the umask of the process, which no thread has changed.
    expect(result['ofTheProcess']).toBe('65534:65534 600');
  });

  it('makes what belongs to the user, with the modes asked for', () => {
    expect(result['files']).toEqual(['666', '644', '640', '600', '777'].map(ofAnn));
    expect(result['folders']).toEqual(['666', '644', '640', '600', '777'].map(ofAnn));
  });

  it('passes on the group and the setgid bit of a folder, as the kernel does', () => {
    expect(result['inSetgidFolder']).toEqual(['54001:54009 644', '54001:54009 2755']);
  });

  it('gives what is new to a group of the user, and tells when it can’t', () => {
    expect(result['groupOfHers']).toEqual(['54001:54002 644', '54001:54002 755']);
    expect(result['groupOfOthers']).toBe(ofAnn('644'));
    expect(result['warnings']).toEqual(["/free/h can't be given to gid 54009: EPERM"]);
  });

  it('gives what is new to another owner where somebody else does it', () => {
    expect(result['given']).toEqual([
      `${top}/closed/home`,
      { kind: 'file', uid: 54_010 },
      { kind: 'folder', uid: 54_010, gid: 54_009 },
    ]);
  });

  it('refuses what the user may not do, and looks at its own process', () => {
    expect(result['refused']).toEqual({
      shadow: 'STORAGE_DENIED',
      others: 'STORAGE_DENIED',
      root: 'STORAGE_DENIED',
      rootIdentity: 'STORAGE_DENIED',
      ownProcess: 'STORAGE_DENIED',
      ownDescriptors: 'STORAGE_DENIED',
      ownDescriptor: 'STORAGE_LOOP',
      throughProcess: 'STORAGE_LOOP',
      giveAway: 'STORAGE_DENIED',
    });
  });

  it('enters no root below a closed folder by itself', () => {
    expect(result['closedRoot']).toEqual(['STORAGE_DENIED', 'STORAGE_DENIED']);
  });

  it('loses the setuid bit of a file that is written', () => {
    expect(result['setuidAfterWriting']).toBe(ofAnn('755'));
  });
});

it('a process that may not change who it is makes no storage', () => {
  const told = runAs(asNobody, 'no-privilege.ts', '');
  const { code, cause } = JSON.parse(told) as { code: string; cause: string };
  expect(code).toBe('STORAGE_UNSUPPORTED');
  expect(cause).toContain('EPERM');
});

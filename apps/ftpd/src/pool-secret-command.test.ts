import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PoolSecret } from '@ftpd/cache';
import { ftpdCommand, removeFolder, runProgram, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
let file: string;

beforeEach(() => {
  folder = temporaryFolder('pool-secret-');
  file = join(folder, 'secret');
});

afterEach(() => removeFolder(folder));

async function poolSecret(...words: readonly string[]) {
  const command = ftpdCommand();
  return runProgram(command.file, [...command.args, 'pool-secret', ...words]);
}

describe('ftpd pool-secret new', () => {
  it('prints a secret that PoolSecretFile can hold', async () => {
    const { code, output } = await poolSecret('new');
    expect(code).toBe(0);
    expect(PoolSecret.parse(output).ids).toHaveLength(1);
  });

  it('makes a file that only its owner may read, and tells its name but not the secret', async () => {
    const { code, output } = await poolSecret('new', file);
    expect(code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [id = '', secret = ''] = readFileSync(file, 'utf8').trim().split(' ');
    expect(output).toContain(id);
    expect(output).not.toContain(secret);
  });

  it('puts a new secret in front of those that a file holds', async () => {
    await poolSecret('new', file);
    const [old] = PoolSecret.parse(readFileSync(file, 'utf8')).ids;
    expect((await poolSecret('new', file)).code).toBe(0);
    const { ids, sealingId } = PoolSecret.parse(readFileSync(file, 'utf8'));
    expect(ids).toEqual([sealingId, old]);
    expect(readdirSync(folder)).toEqual(['secret']);
  });

  it('leaves a file alone that others may read, and one that holds something else', async () => {
    writeFileSync(file, 'no secret\n', { mode: 0o600 });
    expect((await poolSecret('new', file)).code).toBe(1);
    await poolSecret('new', join(folder, 'other'));
    chmodSync(join(folder, 'other'), 0o644);
    const before = readFileSync(join(folder, 'other'), 'utf8');
    const { code, output } = await poolSecret('new', join(folder, 'other'));
    expect([code, output]).toEqual([1, expect.stringContaining('is open to its group or others')]);
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe(before);
    expect(readFileSync(file, 'utf8')).toBe('no secret\n');
  });

  it('writes through no link that somebody has laid for it', async () => {
    symlinkSync(join(folder, 'elsewhere'), `${file}.new`);
    expect((await poolSecret('new', file)).code).toBe(1);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  it.each([[], ['old'], ['new', '-x'], ['new', 'a', 'b']])('says how it is called: %j', async (...words) => {
    const { code, output } = await poolSecret(...words);
    expect([code, output]).toEqual([1, 'usage: ftpd pool-secret new [file]\n']);
  });
});

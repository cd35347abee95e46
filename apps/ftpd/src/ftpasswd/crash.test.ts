import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from './file-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'ftpasswd-crash-'));
const file = join(folder, 'file');
const main = fileURLToPath(new URL('main.ts', import.meta.url));
const wholeFile = new URL('whole-file.ts', import.meta.url).href;
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--conditions=@ftpd/source', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** A number of a process that was, and is no more. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('several runs at once', () => {
  it('lose nothing', async () => {
    writeFileSync(file, '# comment\n');
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const codes = await Promise.all(
      names.map((name) => exitCode(start(main, '--group', `--file=${file}`, `--name=${name}`, '--gid=1'))),
    );
    expect(codes).toEqual(names.map(() => 0));
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.sort()).toEqual(['# comment', ...names.map((name) => `${name}:x:1:`)]);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('wait for the one who holds the lock, and give up with its name', async () => {
    await withFileLock(file, async () => {
      const other = withFileLock(file, () => 'in', { waitMs: 50, retryMs: 5 });
      await expect(other).rejects.toThrow(
        `${file}.lock is held by ${process.pid} ${hostname()}: if that program is gone, remove the file`,
      );
    });
    expect(await withFileLock(file, () => 'in')).toBe('in');
  });

  it('take over the lock of a dead one, one after the other', async () => {
    writeFileSync(`${file}.lock`, `${await deadPid()} ${hostname()}\n`);
    let holders = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (holders += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      holders -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withFileLock(file, work, { retryMs: 1 })));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('do not take over the lock of another machine', async () => {
    writeFileSync(`${file}.lock`, `${await deadPid()} elsewhere.example\n`);
    await expect(withFileLock(file, () => 'in', { waitMs: 20, retryMs: 5 })).rejects.toThrow(
      'elsewhere.example',
    );
  });

  it('give the lock back when the work fails', async () => {
    await expect(withFileLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a run that is killed', () => {
  it('leaves the old file or the new one, never a part', async () => {
    const versions = [1, 2, 3].map((n) => `version ${n}\n`.repeat(20_000 + n));
    const program = `
      const { writeWholeFile } = await import(${JSON.stringify(wholeFile)});
      const versions = [1, 2, 3].map((n) => \`version \${n}\\n\`.repeat(20_000 + n));
      process.stdout.write('ready');
      for (let n = 0; ; n += 1) writeWholeFile(${JSON.stringify(file)}, versions[n % 3]);
    `;
    let parts = 0;
    for (let kills = 0; kills < 8; kills += 1) {
      writeFileSync(file, versions[0] ?? '');
      const child = start('--input-type=module', '--eval', program);
      if (child.stdout !== null) await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 2 + kills * 3));
      child.kill('SIGKILL');
      await exitCode(child);
      expect(versions).toContain(readFileSync(file, 'utf8'));
      parts += readdirSync(folder).length - 1;
    }
    // Some were killed in the middle of writing: that is what was to be tried.
    expect(parts).toBeGreaterThan(0);
  });

  it('does not hinder the next one', async () => {
    writeFileSync(file, 'g:x:1:\n');
    writeFileSync(`${file}.new`, 'half');
    writeFileSync(`${file}.lock`, `${await deadPid()} ${hostname()}\n`);
    expect(await exitCode(start(main, '--group', `--file=${file}`, '--name=g', '--add-member=a'))).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('g:x:1:a\n');
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

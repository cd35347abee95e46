import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const sources = path.join(import.meta.dirname, '..');
const isSource = (name: string): boolean => name.endsWith('.ts') && !name.endsWith('.test.ts');
const workerFiles = fs.readdirSync(import.meta.dirname).filter(isSource);
const otherFiles = fs
  .readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => isSource(name) && !name.startsWith('worker/'));

/** What the threads' files may import of the rest: nothing in these is asynchronous. */
const synchronousFiles = [
  '../errno.ts',
  '../real-name.ts',
  '../privileged/packed-stats.ts',
  '../privileged/worker-protocol.ts',
];
const modules = ['node:fs', 'node:worker_threads', '@ftpd/posix', '@ftpd/storage'];

describe('the files of the storage threads', () => {
  it.each(workerFiles)('%s calls nothing that would run on another thread, as somebody else', (name) => {
    const text = fs.readFileSync(path.join(import.meta.dirname, name), 'utf8');
    const imported = [...text.matchAll(/^(?:import|export)[^;]*? from '([^']+)'/gm)].map(
      ([, from = '']) => from,
    );
    const beside = workerFiles.map((file) => `./${file}`);
    for (const from of imported) expect([...modules, ...synchronousFiles, ...beside]).toContain(from);
    expect(text).not.toMatch(/\bimport\(|\basync\b|\bawait\b|\bPromise\b|\bsetTimeout\b|\bsetImmediate\b/);
    const calls = [...text.matchAll(/\bfs\.(\w+)/g)].map(([, call = '']) => call);
    for (const call of calls) expect(call).toMatch(/Sync$/);
    expect(text).not.toMatch(/from 'node:fs\/promises'|\w+Async\b/);
  });

  it('are the only ones that need @ftpd/posix: without it there is the unprivileged storage', () => {
    expect(otherFiles.length).toBeGreaterThan(20);
    for (const name of otherFiles) {
      const text = fs.readFileSync(path.join(sources, name), 'utf8');
      const needed = [
        ...text.matchAll(/^import (?!type)[^;]*? from '@ftpd\/posix'|^import '@ftpd\/posix'/gm),
      ];
      expect({ name, needed }).toEqual({ name, needed: [] });
    }
  });
});

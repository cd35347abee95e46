import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorageError } from './errors.ts';
import {
  walkPath,
  type WalkAnswer,
  type WalkOptions,
  type WalkResult,
  type WalkStep,
} from './symlink-walk.ts';
import { isWithin, rootPath, virtualPath } from './virtual-path.ts';

const key = ({ folder, name }: WalkStep): string => (folder === rootPath ? `/${name}` : `${folder}/${name}`);

/** Walks a tree told as path → answer; a text is a symlink's target. */
function walk(
  tree: Readonly<Record<string, string | WalkAnswer>>,
  path: string,
  options: WalkOptions,
): WalkResult & { readonly steps: readonly string[] } {
  const steps: string[] = [];
  const walking = walkPath(virtualPath(path), options);
  let step = walking.next();
  while (step.done !== true) {
    steps.push(key(step.value));
    const found = tree[key(step.value)] ?? { kind: 'missing' };
    step = walking.next(typeof found === 'string' ? { kind: 'symlink', target: found } : found);
  }
  return { ...step.value, steps };
}

const directory = { kind: 'directory' } as const;
const other = { kind: 'other' } as const;
const follows = { followsLast: true } as const;

describe('walkPath', () => {
  it('asks for nothing to find the root', () => {
    expect(walk({}, '/', follows)).toEqual({ path: '/', exists: true, steps: [] });
  });

  it('asks for each component once, folders first', () => {
    expect(walk({ '/a': directory, '/a/b': other }, '/a/b', follows)).toEqual({
      path: '/a/b',
      exists: true,
      steps: ['/a', '/a/b'],
    });
  });

  it('never asks for a name below a symlink', () => {
    const tree = { '/l': 'd', '/d': directory, '/d/up': '../d/f', '/d/f': other };
    expect(walk(tree, '/l/up', follows)).toEqual({
      path: '/d/f',
      exists: true,
      steps: ['/l', '/d', '/d/up', '/d', '/d/f'],
    });
  });

  it('ends where a symlink’s target ends, though that is a folder on the way', () => {
    expect(walk({ '/d': directory, '/d/e': directory, '/l': 'd/e/..' }, '/l', follows).path).toBe('/d');
    expect(walk({ '/l': '..' }, '/l', follows).path).toBe('/');
  });

  it('keeps the last symlink where it is not to be followed', () => {
    expect(walk({ '/l': 'x' }, '/l', { followsLast: false })).toMatchObject({ path: '/l', exists: true });
  });

  it('tells a last component that is missing, where it may be', () => {
    expect(
      walk({ '/l': 'd/new', '/d': directory }, '/l', { followsLast: true, mayBeMissing: true }),
    ).toMatchObject({ path: '/d/new', exists: false });
  });

  it('refuses a symlink whose target makes the path too long', () => {
    const tree = Object.fromEntries(
      Array.from({ length: 20 }, (_, depth) => [`/${'d'.repeat(250)}`.repeat(depth + 1), directory]),
    );
    const target = `${'d'.repeat(250)}/`.repeat(20);
    expect(() => walk({ ...tree, '/l': target }, '/l', follows)).toThrow(
      expect.objectContaining({ code: 'STORAGE_NAME_TOO_LONG' }),
    );
  });

  it('stays below the root and ends, whatever the symlinks say', () => {
    const segment = fc.constantFrom('a', 'b', 'c', '..', '.', '', 'a/b', '/a', '/');
    const text = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));
    const answer = fc.oneof(fc.constant(directory), fc.constant(other), text);
    const paths = [
      '/a',
      '/b',
      '/c',
      '/a/a',
      '/a/b',
      '/a/c',
      '/b/a',
      '/b/b',
      '/b/c',
      '/a/a/a',
      '/a/b/c',
      '/b/a/b',
    ];
    const tree = fc.record(Object.fromEntries(paths.map((path) => [path, answer])));
    fc.assert(
      fc.property(tree, text, fc.boolean(), (answers, path, followsLast) => {
        try {
          const result = walk(answers, path, { followsLast, mayBeMissing: true });
          expect(isWithin(result.path, rootPath) && virtualPath(result.path) === result.path).toBe(true);
          expect(result.steps.length).toBeLessThan(41 * 12);
          for (const step of result.steps)
            for (const above of ancestors(step)) expect(answers[above]).toBe(directory);
          if (followsLast && result.exists) expect(typeof answers[result.path]).not.toBe('string');
        } catch (error) {
          if (!isStorageError(error, 'STORAGE_NOT_FOUND', 'STORAGE_NOT_DIRECTORY', 'STORAGE_LOOP'))
            throw error;
        }
      }),
      { numRuns: 400 },
    );
  });
});

function ancestors(path: string): string[] {
  const parts = path.slice(1).split('/').slice(0, -1);
  return parts.map((_, depth) => `/${parts.slice(0, depth + 1).join('/')}`);
}

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isPosixError, mkdirAt, PosixError, posixErrorTexts } from './index.ts';
import { errnoError } from './errors.ts';
import { systemCallNumbers } from './system-call-numbers.ts';

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('PosixError', () => {
  test('has the code, the number and the call, as errors of Node have them', () => {
    const error = caught(() => mkdirAt(-100, '/proc'));
    expect(error).toBeInstanceOf(PosixError);
    expect(error).toMatchObject({ code: 'EEXIST', errno: 17, syscall: 'mkdirat', name: 'PosixError' });
    expect((error as Error).message).toBe('EEXIST: file already exists, mkdirat');
  });

  test('is known across copies of the package, and nothing else is', () => {
    const copy = Object.defineProperty(new Error('x'), Symbol.for('@ftpd/posix/error'), { value: true });
    expect([errnoError('x', 1), copy].map(isPosixError)).toEqual([true, true]);
    expect([new Error('x'), undefined, null, 'EPERM', { code: 'EPERM' }].map(isPosixError)).toEqual(
      Array.from({ length: 5 }, () => false),
    );
  });

  test('names numbers as Linux does, and those without a name by their number', () => {
    expect([1, 11, 13, 18, 22, 34, 38, 40, 95, 104, 111].map((errno) => errnoError('x', errno).code)).toEqual(
      [
        'EPERM',
        'EAGAIN',
        'EACCES',
        'EXDEV',
        'EINVAL',
        'ERANGE',
        'ENOSYS',
        'ELOOP',
        'ENOTSUP',
        'ECONNRESET',
        'ECONNREFUSED',
      ],
    );
    expect(errnoError('x', 3999).code).toBe('ERRNO_3999');
  });
});

test('every code of the package stands in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const code of Object.keys(posixErrorTexts)) expect(readme).toContain(`\`${code}\``);
});

test('every system call has the number of the headers of this system, where they are installed', () => {
  const headers = {
    x64: ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', /#define __NR_(\w+)\s+(\d+)/g],
    arm64: ['/usr/include/asm-generic/unistd.h', /#define __NR(?:3264)?_(\w+)\s+(\d+)/g],
  } as const;
  for (const [architecture, [path, pattern]] of Object.entries(headers)) {
    const text = caught(() => readFileSync(path, 'latin1'));
    const known = new Map(
      typeof text === 'string' ? [...text.matchAll(pattern)].map(([, name, number]) => [name, number]) : [],
    );
    for (const [name, numbers] of Object.entries(systemCallNumbers)) {
      const expected = known.get(name);
      const ours = numbers[architecture as 'x64' | 'arm64'];
      expect(`${architecture} ${name} ${expected ?? ours}`).toBe(`${architecture} ${name} ${ours}`);
    }
  }
});

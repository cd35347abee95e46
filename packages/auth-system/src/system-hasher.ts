import { createHasherPool, type HasherPoolOptions, type PasswordHasher } from '@ftpd/auth';
import { otherHashKind } from './other-hash-kind.ts';

/**
 * A hasher for every hash that the system's crypt(3) knows, yescrypt too, beside those of @ftpd/auth. It hashes in
 * threads, each call with a buffer of its own.
 */
export function createSystemHasher({
  workerUrl = new URL(`./crypt-worker${ownExtension()}`, import.meta.url),
  // A thread that runs from its source needs the sources of its packages.
  execArgv = workerUrl.pathname.endsWith('.ts') ? ['--conditions=@ftpd/source'] : [],
  ...options
}: HasherPoolOptions = {}): PasswordHasher {
  return { ...createHasherPool({ ...options, workerUrl, execArgv }), otherKind: otherHashKind };
}

function ownExtension(): string {
  return /\.[cm]?[jt]s$/.exec(new URL(import.meta.url).pathname)?.[0] ?? '.js';
}

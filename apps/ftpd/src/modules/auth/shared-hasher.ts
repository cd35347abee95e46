import { createHasherPool, createVerifiedPasswordMemory, type PasswordHasher } from '@ftpd/auth';
import { createSystemHasher } from '@ftpd/auth-system';
import { posixSupport } from '@ftpd/posix';

let shared: PasswordHasher | undefined;

/**
 * One pool of hashing threads for all servers of the daemon: a bound on the work of the machine is no bound if each
 * account file has its own. It lives as long as the process, across reloads.
 */
export function sharedHasher(): PasswordHasher {
  const hasher = (shared ??= createVerifiedPasswordMemory(newHasher()));
  // The pool outlives the authenticators of one configuration, so their `close` must not end it.
  return {
    check: (password, stored, context) => hasher.check(password, stored, context),
    ...(hasher.otherKind === undefined ? {} : { otherKind: hasher.otherKind }),
  };
}

/** With the system's crypt(3), and so yescrypt, where it is in reach. */
function newHasher(): PasswordHasher {
  return posixSupport().isAvailable ? createSystemHasher() : createHasherPool();
}

import { checkPassword, type HashCheck, type OtherHashKind } from './crypt/password-hash.ts';
import type { VerifyContext } from './authenticator.ts';

/** `busy`: too many wait, of this client or of all. `aborted`: the caller's signal fired before the work began. */
export type HasherAnswer = HashCheck | 'busy' | 'aborted';

/** Compares passwords with stored hashes: in place, in threads, or from memory. */
export interface PasswordHasher {
  /** @throws {AuthError} AUTH_WORKER_FAILED, AUTH_CLOSED. */
  check(password: string, stored: string, context: VerifyContext): Promise<HasherAnswer>;
  /** Which hashes this hasher can check beside those of `checkPassword`. Absent: none. */
  readonly otherKind?: OtherHashKind;
  close?(): Promise<void>;
}

/** Hashes on the calling thread: for tools and tests. A server's loop would stand still meanwhile. */
export const inlineHasher: PasswordHasher = {
  check: (password, stored, { signal }) =>
    Promise.resolve(signal?.aborted === true ? 'aborted' : checkPassword(password, stored)),
};

import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { VerifyContext } from './authenticator.ts';
import type { HasherAnswer, PasswordHasher } from './hasher.ts';

export interface VerifiedPasswordMemoryOptions {
  /** Milliseconds that a verified password is remembered, from its verification on, > 0. */
  readonly ttlMs?: number;
  readonly maxEntries?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/**
 * Remembers for a short time which password matched which stored hash, so that clients which log in again and again cost
 * one hash. What it keeps is an HMAC under a key of this process: no password and no hash can be read back from it. Only
 * matches are kept; a changed or locked entry has another hash, and so no record. Checks of the same password and hash at
 * the same time share the work, whatever comes out.
 */
export function createVerifiedPasswordMemory(
  hasher: PasswordHasher,
  { ttlMs = 60_000, maxEntries = 1000, now = () => performance.now() }: VerifiedPasswordMemoryOptions = {},
): PasswordHasher {
  const key = createSecretKey(randomBytes(32));
  const verifiedUntil = new Map<string, number>();
  const underWay = new Map<string, Promise<HasherAnswer>>();

  function isRemembered(record: string): boolean {
    const until = verifiedUntil.get(record);
    if (until === undefined) return false;
    if (until > now()) return true;
    verifiedUntil.delete(record);
    return false;
  }

  function remember(record: string): void {
    verifiedUntil.delete(record);
    verifiedUntil.set(record, now() + ttlMs);
    if (verifiedUntil.size <= maxEntries) return;
    // All live equally long, so the first is the oldest.
    const [oldest] = verifiedUntil.keys();
    if (oldest !== undefined) verifiedUntil.delete(oldest);
  }

  async function work(
    record: string,
    password: string,
    stored: string,
    context: VerifyContext,
  ): Promise<HasherAnswer> {
    const answer = await hasher.check(password, stored, context);
    if (answer === 'match') remember(record);
    return answer;
  }

  return {
    ...(hasher.otherKind === undefined ? {} : { otherKind: hasher.otherKind }),
    async check(password, stored, context) {
      const record = createHmac('sha256', key)
        .update(`${stored.length} ${stored}`)
        .update(password, 'utf16le')
        .digest('base64');
      for (;;) {
        if (isRemembered(record)) return 'match';
        const shared = underWay.get(record);
        if (shared === undefined) break;
        const answer = await shared;
        // The leader's queue or signal is not the follower's.
        if (answer !== 'busy' && answer !== 'aborted') return answer;
        if (context.signal?.aborted === true) return 'aborted';
      }
      const own = work(record, password, stored, context).finally(() => underWay.delete(record));
      underWay.set(record, own);
      return own;
    },
    close: async () => {
      verifiedUntil.clear();
      await hasher.close?.();
    },
  };
}

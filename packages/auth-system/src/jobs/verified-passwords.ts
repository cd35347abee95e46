import { createHmac, randomBytes } from 'node:crypto';

const ttlMs = 60_000;
const maxEntries = 1000;

const key = randomBytes(32);
const verifiedUntil = new Map<string, number>();

/**
 * `isMatch`, remembered for a minute where it was true: clients that log in again and again cost one hash in each
 * worker. What is kept is an HMAC under a key of this process. A changed or locked entry has another hash.
 */
export function rememberingMatches(
  password: Uint8Array,
  hash: string,
  isMatch: () => boolean,
  now: () => number = () => performance.now(),
): boolean {
  const record = createHmac('sha256', key).update(`${hash.length} ${hash}`).update(password).digest('base64');
  if ((verifiedUntil.get(record) ?? -Infinity) > now()) return true;
  verifiedUntil.delete(record);
  if (!isMatch()) return false;
  verifiedUntil.set(record, now() + ttlMs);
  if (verifiedUntil.size > maxEntries) {
    // All live equally long, so the first is the oldest.
    const [oldest] = verifiedUntil.keys();
    if (oldest !== undefined) verifiedUntil.delete(oldest);
  }
  return true;
}

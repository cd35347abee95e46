import { CacheError, type CacheAnswer } from '@ftpd/cache';

/** What a value may be at the most, as the contract has it. */
export const MAX_VALUE_BYTES = 1_000_000;

function misfit(wanted: string): CacheError {
  return new CacheError('CACHE_PROTOCOL', { message: `The server answered something else than ${wanted}` });
}

/** A string reply, or undefined for nil. */
export function asValue(reply: unknown): Uint8Array | undefined {
  if (reply === null) return undefined;
  if (!Buffer.isBuffer(reply)) throw misfit('a string');
  if (reply.length > MAX_VALUE_BYTES)
    throw new CacheError('CACHE_PROTOCOL', {
      message: `The value there has ${reply.length} bytes, and at the most ${MAX_VALUE_BYTES} are ours`,
    });
  // What the client gives is a window on everything that came with it, which would all be kept alive.
  return reply.length === reply.buffer.byteLength ? reply : Buffer.from(reply);
}

export function asAnswers(reply: unknown, count: number): CacheAnswer[] {
  if (!Array.isArray(reply) || reply.length !== count) throw misfit(`${count} strings`);
  return (reply as unknown[]).map(asAnswer);
}

function asAnswer(reply: unknown): CacheAnswer {
  try {
    const value = asValue(reply);
    return value === undefined ? { outcome: 'miss' } : { outcome: 'value', value };
  } catch (error) {
    return { outcome: 'error', error: error as CacheError };
  }
}

/** So many replies in one. */
export function asList(reply: unknown, count: number): readonly unknown[] {
  if (!Array.isArray(reply) || reply.length !== count) throw misfit(`${count} replies`);
  return reply as readonly unknown[];
}

/** OK. */
export function asDone(reply: unknown): void {
  if (!asWasDone(reply)) throw misfit('OK');
}

/** OK, or nil when a condition was not met. */
export function asWasDone(reply: unknown): boolean {
  if (reply === null) return false;
  if (!Buffer.isBuffer(reply) || reply.length !== 2 || reply[0] !== 0x4f || reply[1] !== 0x4b)
    throw misfit('OK');
  return true;
}

/** 1 or 0. */
export function asTruth(reply: unknown): boolean {
  if (reply !== 0 && reply !== 1) throw misfit('0 or 1');
  return reply === 1;
}

/** Digits. */
export function asCounter(reply: unknown): number {
  const text = Buffer.isBuffer(reply) ? reply.toString('latin1') : '';
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) throw misfit('a counter');
  return Number(text);
}

/** How many heard a message: no news for anybody. */
export function asSubscriberCount(reply: unknown): void {
  if (typeof reply !== 'number') throw misfit('a number');
}

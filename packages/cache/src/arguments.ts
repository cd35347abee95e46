import { CacheError } from './errors.ts';

/** The longest time that a timer can wait for. */
const maxDeadlineMs = 2 ** 31 - 1;

const maxDelta = 2 ** 31;

/** @throws {CacheError} CACHE_BAD_KEY */
export function checkKey(key: Uint8Array, maxKeyBytes: number): void {
  if (!(key instanceof Uint8Array) || key.length === 0 || key.length > maxKeyBytes)
    throw new CacheError('CACHE_BAD_KEY', {
      message:
        key instanceof Uint8Array
          ? `Keys are 1 to ${maxKeyBytes} bytes, and this one has ${key.length}`
          : 'Keys are Uint8Arrays',
    });
}

/** @throws {CacheError} CACHE_BAD_VALUE */
export function checkValue(value: Uint8Array, maxValueBytes: number): void {
  if (!(value instanceof Uint8Array) || value.length > maxValueBytes)
    throw new CacheError('CACHE_BAD_VALUE', {
      message:
        value instanceof Uint8Array
          ? `Values are at the most ${maxValueBytes} bytes here, and this one has ${value.length}`
          : 'Values are Uint8Arrays',
    });
}

/** @throws {CacheError} CACHE_BAD_OPTION */
export function checkDeadline(deadlineMs: number): void {
  if (!(deadlineMs > 0 && deadlineMs <= maxDeadlineMs))
    throw new CacheError('CACHE_BAD_OPTION', {
      message: `deadlineMs is a number of milliseconds above 0, at the most ${maxDeadlineMs}`,
    });
}

/** @throws {CacheError} CACHE_BAD_OPTION */
export function checkDelta(delta: number): void {
  if (!Number.isInteger(delta) || delta < 1 || delta > maxDelta)
    throw new CacheError('CACHE_BAD_OPTION', { message: `delta is a whole number from 1 to ${maxDelta}` });
}

/** @throws {CacheError} CACHE_BAD_OPTION */
export function checkChannel(channel: string): void {
  if (!/^[\x21-\x7e]{1,200}$/.test(channel))
    throw new CacheError('CACHE_BAD_OPTION', {
      message: 'A channel is named by 1 to 200 printable ASCII characters without blanks',
    });
}

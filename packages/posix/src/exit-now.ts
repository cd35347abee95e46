import { systemCall } from './native.ts';

const exitGroup = systemCall<[number]>('exit_group', ['int']);

/**
 * Ends the process at once. Nothing is flushed, no handler runs, and no thread is waited for: `process.exit` waits for those
 * of libuv, which a dead file system may hold for ever.
 * @param code - 0 to 255.
 * @see exit_group(2)
 */
export function exitNow(code: number): never {
  exitGroup(code);
  throw new Error('exit_group(2) does not return');
}

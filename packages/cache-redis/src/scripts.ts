import { createHash } from 'node:crypto';
import type { CacheCall } from '@ftpd/cache';
import type { Argument } from './connection.ts';
import { replyWordOf } from './failures.ts';
import type { Router } from './router.ts';

/** What the server does in one piece. */
export interface Script {
  readonly text: string;
  readonly digest: string;
}

function script(text: string): Script {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

/**
 * Key; delta, lifetime (`PX` or `PXAT`, or empty), its time in ms. Numbers are exact in Lua up to 2^53, and larger ones are
 * still seen to be too large. Answers digits, for the client's decoder of numbers is not exact so far up.
 */
export const incrementScript: Script = script(`
local held = redis.call('GET', KEYS[1])
if not held then
  if ARGV[2] == '' then redis.call('SET', KEYS[1], ARGV[1])
  else redis.call('SET', KEYS[1], ARGV[1], ARGV[2], ARGV[3]) end
  return ARGV[1]
end
if not string.find(held, '^%d+$') then return redis.error_reply('NOTACOUNTER the value is not a number') end
local sum = tonumber(held) + tonumber(ARGV[1])
if sum > 9007199254740991 then return redis.error_reply('COUNTERRANGE the counter is full') end
local digits = string.format('%.0f', sum)
redis.call('SET', KEYS[1], digits, 'KEEPTTL')
return digits
`);

/** Key; the value that must be there, the new one, lifetime, its time. */
export const replaceScript: Script = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], ARGV[3], ARGV[4]) end
return 1
`);

/** Key. PERSIST alone would not tell an entry without lifetime from none. */
export const persistScript: Script = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('PERSIST', KEYS[1])
return 1
`);

/** Runs a script by its digest; a server that does not know it (a new one, or one that was flushed) gets its text. */
export async function runScript<Result>(
  router: Router,
  { text, digest }: Script,
  key: Buffer,
  args: readonly Argument[],
  read: (reply: unknown) => Result,
  call: CacheCall,
): Promise<Result> {
  // Read again if the server does not know the script, when the caller may have written into its buffers.
  const kept = [Buffer.from(key), ...args.map((arg) => (typeof arg === 'string' ? arg : Buffer.from(arg)))];
  try {
    return await router.run(key, { name: 'EVALSHA', args: [digest, '1', ...kept], read }, call);
  } catch (error) {
    // Nothing was done yet, and nothing may be once the caller has gone.
    if (replyWordOf(error) !== 'NOSCRIPT' || call.isOver) throw error;
    return router.run(key, { name: 'EVAL', args: [text, '1', ...kept], read }, call);
  }
}

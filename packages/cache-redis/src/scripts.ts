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
 * Answers digits, for the client's decoder of numbers is not exact so far up; or an error. Numbers are exact in Lua up to
 * 2^53, and larger ones are still seen to be too large.
 */
const countUp = `
local function countUp(key, delta, unit, time)
  local held = redis.pcall('GET', key)
  if type(held) == 'table' then return held end
  if not held then
    if unit == '' then redis.call('SET', key, delta)
    else redis.call('SET', key, delta, unit, time) end
    return delta
  end
  if not string.find(held, '^%d+$') then return redis.error_reply('NOTACOUNTER the value is not a number') end
  local sum = tonumber(held) + tonumber(delta)
  if sum > 9007199254740991 then return redis.error_reply('COUNTERRANGE the counter is full') end
  local digits = string.format('%.0f', sum)
  redis.call('SET', key, digits, 'KEEPTTL')
  return digits
end
`;

/** Key; delta, lifetime (`PX` or `PXAT`, or empty), its time in ms. */
export const incrementScript: Script = script(`${countUp}return countUp(KEYS[1], ARGV[1], ARGV[2], ARGV[3])`);

/** Keys; delta, lifetime and time of each. Answers digits or the text of an error for each. */
export const incrementManyScript: Script = script(`${countUp}local answers = {}
for at = 1, #KEYS do
  local answer = countUp(KEYS[at], ARGV[3 * at - 2], ARGV[3 * at - 1], ARGV[3 * at])
  if type(answer) == 'table' then answer = answer.err end
  answers[at] = answer
end
return answers`);

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
  key: Argument,
  args: readonly Argument[],
  read: (reply: unknown) => Result,
  call: CacheCall,
): Promise<Result> {
  // Read again if the server does not know the script, when the caller may have written into its buffers.
  const kept = ['1', key, ...args].map((arg) => (typeof arg === 'string' ? arg : Buffer.from(arg)));
  const place = typeof key === 'string' ? Buffer.from(key, 'latin1') : key;
  try {
    return await router.run(place, { name: 'evalsha', args: [digest, ...kept], read }, call);
  } catch (error) {
    // Nothing was done yet, and nothing may be once the caller has gone.
    if (replyWordOf(error) !== 'NOSCRIPT' || call.isOver) throw error;
    return router.run(place, { name: 'eval', args: [text, ...kept], read }, call);
  }
}

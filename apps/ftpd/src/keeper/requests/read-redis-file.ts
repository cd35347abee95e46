import { open } from 'node:fs/promises';
import { redisSentinel, redisServer } from '../../modules/redis/redis-rows.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import { configuredValues, type KeeperContext, type KeeperRequest } from '../request.ts';

const fields = { path: 'path' } as const;

/** Certificates and keys of a pool are a few KiB. */
const maxBytes = 1024 * 1024;

function isNamed(keeper: KeeperContext, path: string): boolean {
  return [...configuredValues(keeper, redisServer), ...configuredValues(keeper, redisSentinel)].some(
    ({ tls }) => Object.values(tls ?? {}).includes(path),
  );
}

/** Reads a certificate or key that RedisServer or RedisSentinel names: keys are often root's alone. */
export const readRedisFileRequest: KeeperRequest<
  Fields<typeof fields>,
  { readonly text: string } | { readonly problem: string }
> = {
  name: 'read-redis-file',
  deadlineMs: 5000,
  maxParallel: 8,
  check: (input) => readFields(input, fields),
  async handle({ path }, keeper) {
    if (!isNamed(keeper, path)) throw new KeeperError('KEEPER_REFUSED', path);
    try {
      return { value: { text: await readText(path) } };
    } catch (error) {
      return { value: { problem: error instanceof Error ? error.message : String(error) } };
    }
  },
};

/** @throws the system's error, or one that says what is wrong with the file */
async function readText(path: string): Promise<string> {
  const file = await open(path);
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > maxBytes)
      throw new Error(`'${path}' is no file of at most ${maxBytes} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

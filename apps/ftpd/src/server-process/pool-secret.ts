import { CacheError, PoolSecret } from '@ftpd/cache';
import type { KeeperClient } from '../keeper/request.ts';
import { readPoolSecretRequest } from '../keeper/requests/read-pool-secret.ts';

/** Reads PoolSecretFile where only the keeper may. @throws {CacheError} CACHE_BAD_SECRET */
export function poolSecretThrough(keeper: KeeperClient): (path: string) => Promise<PoolSecret> {
  return async (path) => {
    const answer = await keeper.ask(readPoolSecretRequest, { path });
    if ('problem' in answer) throw new CacheError('CACHE_BAD_SECRET', { message: answer.problem });
    return PoolSecret.parse(answer.text);
  };
}

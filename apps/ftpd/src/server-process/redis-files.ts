import type { KeeperClient } from '../keeper/request.ts';
import { readRedisFileRequest } from '../keeper/requests/read-redis-file.ts';

/** Reads certificates and keys where only the keeper may. @throws an error that says why it can't */
export function redisFilesThrough(keeper: KeeperClient): (path: string) => Promise<string> {
  return async (path) => {
    const answer = await keeper.ask(readRedisFileRequest, { path });
    if ('problem' in answer) throw new Error(answer.problem);
    return answer.text;
  };
}

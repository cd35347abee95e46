import type { KeeperRequest } from '../request.ts';

/** All that the server may ask of the keeper. */
export const keeperRequests: readonly KeeperRequest<unknown, unknown>[] = [];

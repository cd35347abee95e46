import type { KeeperClient } from './keeper/request.ts';

/**
 * Which process this is. `single`: one that does everything, as whoever it was started as. `keeper`: root, without
 * network input. `server`: the keeper's, without privileges but that of acting as users.
 */
export type ProcessRole = 'single' | 'keeper' | 'server';

/** What the daemon's modules are made in. */
export interface Surroundings {
  readonly role: ProcessRole;
  /** In the role `server` only. */
  readonly keeper?: KeeperClient;
}

export const singleProcess: Surroundings = { role: 'single' };

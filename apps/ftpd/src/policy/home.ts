import type { Account } from '@ftpd/auth';
import type { CreateHomeValue } from '../modules/auth/create-home.ts';

/** A home that may be missing. */
export interface HomeWanted {
  readonly account: Account;
  readonly value: CreateHomeValue;
  /** Taken off the modes of folders. */
  readonly umask: number;
  /** The session's place in the configuration. */
  readonly server: number;
  readonly className: string | undefined;
}

/** Makes a home that is missing, with the skeleton's files in it. One that is there, whoever made it, is left as it is. @see ProFTPD CreateHome */
export type MakeHome = (wanted: HomeWanted) => Promise<void>;

/** Bounds of a skeleton: it is copied while somebody waits for a login. */
export const maxSkeletonEntries = 1000;
export const maxSkeletonDepth = 16;

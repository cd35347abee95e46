import type { JobName, Jobs } from '../worker-protocol.ts';
import { findGroup, findUser } from './find-account.ts';
import { checkUnix } from './check-unix.ts';
import { checkPam, closeLostPam, closePam } from './pam-sessions.ts';

/** What a worker can do. Every job is synchronous: a worker does one at a time. */
export const jobs: { readonly [Name in JobName]: (input: Jobs[Name]['input']) => Jobs[Name]['output'] } = {
  'find-user': findUser,
  'find-group': findGroup,
  'check-unix': checkUnix,
  'check-pam': checkPam,
  'close-pam': closePam,
  'close-lost-pam': closeLostPam,
};

import fs from 'node:fs';
import { decodeName, type Identity } from '@ftpd/storage';
import { errnoOf } from '../errno.ts';
import { SharedDescriptor } from './shared-descriptor.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { FileIdentity } from './worker-protocol.ts';

/** The folder that is `/` to a session. */
export interface SessionRoot {
  /** O_PATH. */
  readonly descriptor: SharedDescriptor;
  /** Where it is (was, when the session began). */
  readonly realName: string;
  /** The same as the beginning of longer names: empty for `/`. */
  readonly prefix: string;
}

/** Opens a session's root for a user who may not reach it. The descriptor is the asker's. */
export type OpenRoot = (path: string, identity: Identity) => Promise<number>;

export interface OpenSessionRootOptions {
  readonly pool: WorkerPool;
  readonly identity: Identity;
  readonly fileIdentity: FileIdentity;
  readonly root: string;
  readonly openRoot: OpenRoot | undefined;
  /** Whether nobody waits for it any more. */
  readonly isEnded: () => boolean;
}

/** As the user first, as a root-squashed file system wants it; where the user may not pass a folder above, as `openRoot`. */
export async function openSessionRoot(options: OpenSessionRootOptions): Promise<SessionRoot> {
  const descriptor = await openDescriptor(options);
  try {
    // Answered without asking the file system, which could make everybody wait.
    const realName = decodeName(fs.readlinkSync(`/proc/self/fd/${descriptor.number}`, 'buffer'));
    return { descriptor, realName, prefix: realName === '/' ? '' : realName };
  } catch (error) {
    descriptor.close();
    throw error;
  }
}

async function openDescriptor(options: OpenSessionRootOptions): Promise<SharedDescriptor> {
  const { pool, identity, fileIdentity, root, openRoot, isEnded } = options;
  const call = { identity: fileIdentity, where: root, isEnded };
  try {
    return new SharedDescriptor(await pool.call('enter', call, root));
  } catch (error) {
    if (openRoot === undefined || errnoOf(error) !== 'EACCES') throw error;
  }
  const held = new SharedDescriptor(await openRoot(root, identity));
  try {
    // Nobody is let into a folder that is closed to them: only the way to it is opened.
    await pool.call('pass', { ...call, root: held });
    return held;
  } catch (error) {
    held.close();
    throw error;
  }
}

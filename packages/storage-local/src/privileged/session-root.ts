import fs from 'node:fs';
import { decodeName, type Identity } from '@ftpd/storage';
import { errnoOf } from '../errno.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { FileIdentity } from './worker-protocol.ts';

/** The folder that is `/` to a session. */
export interface SessionRoot {
  /** O_PATH. */
  readonly descriptor: number;
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
}

/** As the user first, as a root-squashed file system wants it; where the user may not pass a folder above, as `openRoot`. */
export async function openSessionRoot(options: OpenSessionRootOptions): Promise<SessionRoot> {
  const descriptor = await openDescriptor(options);
  try {
    // Answered without asking the file system, which could make everybody wait.
    const realName = decodeName(fs.readlinkSync(`/proc/self/fd/${descriptor}`, 'buffer'));
    return { descriptor, realName, prefix: realName === '/' ? '' : realName };
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
}

async function openDescriptor(options: OpenSessionRootOptions): Promise<number> {
  const { pool, identity, fileIdentity, root, openRoot } = options;
  const call = { identity: fileIdentity, root: -1, where: root };
  try {
    return await pool.call('enter', call, root);
  } catch (error) {
    if (openRoot === undefined || errnoOf(error) !== 'EACCES') throw error;
  }
  const descriptor = await openRoot(root, identity);
  try {
    // Nobody is let into a folder that is closed to them: only the way to it is opened.
    await pool.call('pass', { ...call, root: descriptor });
    return descriptor;
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
}

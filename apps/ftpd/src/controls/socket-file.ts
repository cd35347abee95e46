import { lchownSync, lstatSync, mkdirSync, renameSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { SocketPlan } from './socket-plan.ts';

/** Why there is no control socket. The daemon serves without. */
export class ControlSocketError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ControlSocketError';
  }
}

/** A socket file of this process. */
export interface SocketFile {
  readonly path: string;
  /** Device and inode, as `stat -c %d:%i` prints them. */
  readonly id: string;
  /** Whether it is still where it was made. */
  isThere(): boolean;
  /** Takes the place of what is there. @throws {Error} as node:fs does. */
  rename(to: string): SocketFile;
  /** Removes it, if it is still this process's. Never throws. */
  remove(): void;
}

/** Linux: the name with the NUL that ends it. */
const maxPathBytes = 107;

const probeMs = 1000;

/**
 * Makes a socket that listens. What is there is removed if it is a socket that nobody listens on any more, and nothing
 * else is.
 * @param listen - Binds before it returns, to a file that takes the umask which the process has meanwhile.
 * @throws {ControlSocketError}
 */
export async function makeSocketFile<Listening>(
  { path, isForOthers, owner }: SocketPlan,
  listen: (path: string) => Listening | Promise<Listening>,
): Promise<{ readonly file: SocketFile; readonly listening: Listening }> {
  if (Buffer.byteLength(path) > maxPathBytes)
    throw new ControlSocketError(`the control socket's path '${path}' is longer than ${maxPathBytes} bytes`);
  makeFolder(dirname(path), isForOthers ? 0o755 : 0o700);
  await makeWay(path);
  const before = process.umask(isForOthers ? 0o111 : 0o177);
  let begun: Listening | Promise<Listening>;
  try {
    begun = listen(path);
  } catch (error) {
    begun = Promise.reject(error as Error);
  } finally {
    process.umask(before);
  }
  let listening: Listening;
  try {
    listening = await begun;
  } catch (error) {
    throw new ControlSocketError(`unable to listen on the control socket '${path}': ${reasonOf(error)}`, {
      cause: error,
    });
  }
  const file = socketFile(path, idOf(path) ?? '');
  try {
    if (owner !== undefined) lchownSync(path, owner.uid, owner.gid);
  } catch {
    // It stays with who made it, which lets in fewer.
  }
  return { file, listening };
}

/** If it can't be made, binding says why. */
function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch {
    // Mostly it is there.
  }
}

function socketFile(path: string, id: string): SocketFile {
  const isThere = (): boolean => idOf(path) === id;
  return {
    path,
    id,
    isThere,
    rename(to) {
      renameSync(path, to);
      return socketFile(to, id);
    },
    remove() {
      try {
        if (isThere()) unlinkSync(path);
      } catch {
        // The folder is root's: then a guard removes it.
      }
    },
  };
}

/** Device and inode of a socket; undefined: there is none. */
function idOf(path: string): string | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status?.isSocket() === true ? `${status.dev}:${status.ino}` : undefined;
}

/** @throws {ControlSocketError} if something is there that must stay. */
async function makeWay(path: string): Promise<void> {
  let id: string | undefined;
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
    id = idOf(path);
  } catch {
    // Not to be reached; binding says why.
    return;
  }
  if (id === undefined)
    throw new ControlSocketError(
      `the control socket's path '${path}' is a file and no socket: remove it, or name another with ControlsSocket`,
    );
  if (await isListenedOn(path))
    throw new ControlSocketError(
      `another process listens on the control socket '${path}': end it, or give each daemon a path of its own`,
    );
  try {
    if (idOf(path) === id) unlinkSync(path);
  } catch (error) {
    throw new ControlSocketError(`unable to remove the stale control socket '${path}': ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** Only a refusal is taken for a no: whoever is slow to answer is there. */
function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(probeMs, () => end(true));
    socket.on('connect', () => end(true));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code !== 'ECONNREFUSED'));
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system',
};

function reasonOf(error: unknown): string {
  return reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;
}

import { lchownSync, lstatSync, mkdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
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
  /** Moves it, in place of what is there. @throws {ControlSocketError} */
  move(to: string): SocketFile;
  /** Removes it, if it is still this process's. Never throws. */
  remove(): void;
}

/** Linux: the name with the NUL that ends it. */
const maxPathBytes = 107;

const probeMs = 1000;

/**
 * Makes a socket that listens, in the folder where a plan wants it; `move` brings it to its place. Node removes the name
 * by which a server was bound, whoever has it meanwhile: that must not be the place.
 * @param own - The socket that this process has at the place already, if any.
 * @param listen - Binds before it returns, to a file that takes the umask which the process has meanwhile.
 * @throws {ControlSocketError} also if there is something at the place that must stay: anything but a socket that nobody
 * listens on any more.
 */
export async function makeSocketFile<Listening>(
  { path, isForOthers, owner }: SocketPlan,
  own: SocketFile | undefined,
  listen: (path: string) => Listening | Promise<Listening>,
): Promise<{ readonly file: SocketFile; readonly listening: Listening }> {
  const folder = dirname(path);
  const made = join(folder, `.${process.pid}`);
  if (Math.max(Buffer.byteLength(path), Buffer.byteLength(made)) > maxPathBytes)
    throw new ControlSocketError(`the control socket's path '${path}' is longer than ${maxPathBytes} bytes`);
  makeFolder(folder, isForOthers ? 0o755 : 0o700);
  if (own?.path !== path || !own.isThere()) await checkPlace(path);
  let listening: Listening;
  try {
    statSync(folder);
    if (idOf(made) !== undefined) unlinkSync(made);
    listening = await withUmask(isForOthers ? 0o111 : 0o177, () => listen(made));
  } catch (error) {
    throw new ControlSocketError(`unable to listen on the control socket '${path}': ${reasonOf(error)}`, {
      cause: error,
    });
  }
  try {
    if (owner !== undefined) lchownSync(made, owner.uid, owner.gid);
  } catch {
    // It stays with who made it, which lets in fewer.
  }
  return { file: socketFile(made, idOf(made) ?? ''), listening };
}

function withUmask<Result>(mask: number, act: () => Result): Result {
  const before = process.umask(mask);
  try {
    return act();
  } finally {
    process.umask(before);
  }
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
  function isThere(): boolean {
    try {
      return idOf(path) === id;
    } catch {
      // A process that gave up root may not look any more, and nobody else may change what is there.
      return true;
    }
  }
  return {
    path,
    id,
    isThere,
    move(to) {
      try {
        renameSync(path, to);
      } catch (error) {
        throw new ControlSocketError(`unable to move the control socket to '${to}': ${reasonOf(error)}`, {
          cause: error,
        });
      }
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

/** Device and inode of a socket; undefined: there is none. @throws {Error} as node:fs does. */
function idOf(path: string): string | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status?.isSocket() === true ? `${status.dev}:${status.ino}` : undefined;
}

/** @throws {ControlSocketError} if something is there that must stay. */
async function checkPlace(path: string): Promise<void> {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  } catch {
    // Not to be reached: binding says why.
    return;
  }
  if (idOf(path) === undefined)
    throw new ControlSocketError(
      `the control socket's path '${path}' is a file and no socket: remove it, or name another with ControlsSocket`,
    );
  if (await isListenedOn(path))
    throw new ControlSocketError(
      `another process listens on the control socket '${path}': end it, or give each daemon a path of its own`,
    );
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

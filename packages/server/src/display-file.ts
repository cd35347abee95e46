import { decodeName, isStorageError, parentOf, type VirtualPath } from '@ftpd/storage';
import type { Session } from './session.ts';

/** A file for the client to read is no download. */
const maxBytes = 64 * 1024;

/** The variables of ProFTPD's display files that have a meaning here. @see ProFTPD howto DisplayFiles */
const variables: { readonly [letter: string]: (session: Session) => string } = {
  '%': () => '%',
  C: (session) => session.workingDirectory,
  E: (session) => session.settings.serverAdmin,
  L: (session) => session.localAddress,
  M: (session) => String(session.settings.limits.clients?.max ?? 'unlimited'),
  N: (session) =>
    String(session.context.registry.count({ serverId: session.settings.serverId, isLoggedIn: true })),
  R: (session) => session.remoteAddress,
  T: (session) => new Date(session.context.now()).toString().slice(0, 24),
  U: (session) => session.user ?? '',
  u: () => 'UNKNOWN',
  V: (session) => session.settings.serverName,
  x: (session) => session.className ?? '(none)',
  y: (session) =>
    String(
      session.className === undefined
        ? 0
        : session.context.registry.count({ className: session.className, isLoggedIn: true }),
    ),
  z: (session) => String(session.settings.limits.clientsPerClass?.max ?? 'unlimited'),
};

/** The lines of a text with the variables put in. */
export function displayLines(session: Session, text: string): readonly string[] {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return lines.map((line) =>
    line.replace(/%([%A-Za-z])/g, (whole, letter: string) => variables[letter]?.(session) ?? whole),
  );
}

/** Reads a file in the session's root, as its user. @returns undefined if there is none to read. */
async function readInRoot(
  session: Session,
  name: string,
  base: VirtualPath,
): Promise<{ text: string; modifiedMs: number; path: VirtualPath } | undefined> {
  try {
    const path =
      name.startsWith('/') || name.startsWith('~') ? session.pathOf(name) : session.pathOf(`${base}/${name}`);
    const file = await session.files.openRead(path);
    try {
      const stat = await file.stat();
      if (stat.kind !== 'file') return undefined;
      const buffer = Buffer.allocUnsafe(Math.min(stat.sizeBytes, maxBytes));
      const count = await file.read(buffer, 0);
      return { text: decodeName(buffer.subarray(0, count)), modifiedMs: stat.modifiedMs, path };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isStorageError(error)) return undefined;
    throw error;
  }
}

/** DisplayLogin and DisplayQuit: from the session's root if it is there, else from the server's own files. */
export async function sessionDisplay(session: Session, name: string | undefined): Promise<readonly string[]> {
  if (name === undefined) return [];
  const inRoot = session.isLoggedIn ? await readInRoot(session, name, session.workingDirectory) : undefined;
  const text =
    inRoot?.text ?? (name.startsWith('/') ? await session.context.policy.readDisplayFile?.(name) : undefined);
  return text === undefined ? [] : displayLines(session, text);
}

/** DisplayConnect: a file of the server. */
export async function serverDisplay(session: Session, path: string | undefined): Promise<readonly string[]> {
  if (path === undefined) return [];
  const text = await session.context.policy.readDisplayFile?.(path);
  return text === undefined ? [] : displayLines(session, text);
}

/** DisplayChdir of the folder just entered; with its second argument only the first time or after a change. */
export async function chdirDisplay(session: Session): Promise<readonly string[]> {
  const folder = session.workingDirectory;
  const setting = session.settingsAt(folder).displayChdir;
  if (!setting) return [];
  const found = await readInRoot(session, setting.file, folder);
  if (!found) return [];
  if (setting.isShownOnce && session.shownFiles.get(found.path) === found.modifiedMs) return [];
  session.shownFiles.set(found.path, found.modifiedMs);
  return displayLines(session, found.text);
}

/** DisplayFileTransfer, beside the file that was transferred. */
export async function transferDisplay(session: Session, path: VirtualPath): Promise<readonly string[]> {
  const name = session.settings.display.fileTransfer;
  if (name === undefined) return [];
  const found = await readInRoot(session, name, parentOf(path));
  return found ? displayLines(session, found.text) : [];
}

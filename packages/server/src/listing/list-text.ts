import {
  formatDirectoryHeading,
  formatList,
  isShown,
  sortEntries,
  type LineOptions,
  type ListedEntry,
  type ListFlags,
} from '@ftpd/protocol';
import { encodeName, joinPath, type VirtualPath } from '@ftpd/storage';
import type { Session } from '../session.ts';
import { allEntries, namedEntry } from './entries.ts';
import { expandPattern, isPattern } from './pattern.ts';

/** Ceilings of one listing, whatever the client asks for. */
const maxEntries = 1_000_000;
const maxDepth = 64;
const linesPerPiece = 512;

/** Lines as bytes, CRLF after each, in pieces that are not too big. */
export function* encodeLines(lines: readonly string[]): Generator<Uint8Array> {
  for (let at = 0; at < lines.length; at += linesPerPiece) {
    yield encodeName(`${lines.slice(at, at + linesPerPiece).join('\r\n')}\r\n`);
  }
}

/** What the whole listing has used up. */
interface Budget {
  files: number;
  directories: number;
}

interface Walk {
  readonly session: Session;
  readonly flags: ListFlags;
  readonly budget: Budget;
  readonly depth: number;
}

function lineOptions({ session, flags }: Walk): LineOptions {
  const { showsTimesInUtc } = session.settings;
  return {
    nowMs: session.context.now(),
    flags,
    ...(showsTimesInUtc
      ? {}
      : { utcOffsetMs: (timeMs: number) => -new Date(timeMs).getTimezoneOffset() * 60_000 }),
  };
}

/** The lines of a folder and, with `-R`, of those below it. @param shownPath - As the client would write it. */
async function* folderLines(
  walk: Walk,
  folder: VirtualPath,
  shownPath: string,
): AsyncGenerator<readonly string[]> {
  const { session, flags, budget, depth } = walk;
  const found = await allEntries(session, folder, {
    withDots: flags.hidden === 'all',
    followsSymlinks: flags.followsSymlinks,
    maxEntries: budget.files,
  });
  budget.files -= found.length;
  budget.directories--;
  yield formatList(found, lineOptions(walk));
  if (!flags.isRecursive || depth <= 0) return;
  const folders = found.filter(
    ({ kind, name }) => kind === 'directory' && name !== '.' && name !== '..' && isShown(name, flags.hidden),
  );
  for (const { name } of sortEntries(folders, flags)) {
    if (budget.files <= 0 || budget.directories <= 0 || session.isEnded) return;
    const shown = shownPath === '' ? name : `${shownPath.replace(/\/$/, '')}/${name}`;
    yield formatDirectoryHeading(shown);
    yield* folderLines({ ...walk, depth: depth - 1 }, joinPath(folder, name), shown);
  }
}

async function* matchLines(walk: Walk, pattern: string): AsyncGenerator<readonly string[]> {
  const { session, flags } = walk;
  const matches: ListedEntry[] = [];
  for (const { path, shown } of await expandPattern(session, pattern)) {
    matches.push(await namedEntry(session, path, shown, flags.followsSymlinks));
  }
  yield formatList(matches, lineOptions(walk));
  if (!flags.isRecursive) return;
  for (const { name } of matches.filter(
    ({ kind, name: shown }) => kind === 'directory' && isShown(shown, flags.hidden),
  )) {
    yield formatDirectoryHeading(name);
    yield* folderLines({ ...walk, depth: walk.depth - 1 }, session.pathOf(name), name);
  }
}

export interface ListRequest {
  readonly flags: ListFlags;
  /** As the client wrote it. Absent: the working directory. */
  readonly text?: string | undefined;
  /** Whether a pattern is expanded. */
  readonly isGlobbing: boolean;
}

/** The lines of LIST and of STAT with a path, in pieces. @throws {StorageError} about the path itself. */
export async function* listLines(
  session: Session,
  { flags, text, isGlobbing }: ListRequest,
): AsyncGenerator<readonly string[]> {
  const { listOptions } = session.settings;
  const walk: Walk = {
    session,
    flags,
    budget: {
      files: listOptions.maxFiles ?? maxEntries,
      directories: listOptions.maxDirectories ?? maxEntries,
    },
    depth: Math.min(listOptions.maxDepth ?? maxDepth, maxDepth),
  };
  if (isGlobbing && text !== undefined && (await isPattern(session, text))) {
    yield* matchLines(walk, text);
    return;
  }
  const path = text === undefined ? session.workingDirectory : session.pathOf(text);
  const target = await session.files.stat(path);
  if (target.kind === 'directory' && !flags.showsDirectoryItself) {
    // The working directory is a resolved one.
    yield* folderLines(walk, text === undefined ? path : await session.files.resolve(path), text ?? '');
    return;
  }
  const entry = await namedEntry(session, path, text ?? '.', flags.followsSymlinks);
  // Named by the client, so it is shown whether or not its name begins with a dot.
  yield formatList([entry], { ...lineOptions(walk), flags: { ...flags, hidden: 'all' } });
}

import { hasWildcards, planGlob, type GlobComponent } from '@ftpd/protocol';
import { isStorageError, joinPath, rootPath, virtualPath, type VirtualPath } from '@ftpd/storage';
import type { Session } from '../session.ts';
import { visibleEntries } from './entries.ts';

/** A path that a pattern stands for, and how the client would write it. */
export interface Match {
  readonly path: VirtualPath;
  readonly shown: string;
}

/** What one pattern may come to, and how many folders are read for it. */
const maxMatches = 10_000;
const maxFoldersRead = 1000;

/** Whether a name is to be expanded: it has wildcards, and nothing has just this name. */
export async function isPattern(session: Session, text: string): Promise<boolean> {
  if (!session.settings.usesGlobbing || !hasWildcards(text)) return false;
  try {
    await session.files.stat(session.pathOf(text), { followsSymlinks: false });
    return false;
  } catch (error) {
    if (isStorageError(error)) return true;
    throw error;
  }
}

/** The paths a pattern matches, in the order of the file system. @throws {ProtocolError} for patterns that are too long. */
export async function expandPattern(session: Session, pattern: string): Promise<readonly Match[]> {
  const plan = planGlob(pattern);
  const start: Match = plan.isAbsolute
    ? { path: rootPath, shown: '/' }
    : { path: session.workingDirectory, shown: '' };
  const budget = { folders: maxFoldersRead };
  let matches: readonly Match[] = [start];
  for (const [index, component] of plan.components.entries()) {
    const isFolderWanted = index < plan.components.length - 1 || plan.isDirectoryWanted;
    const next: Match[] = [];
    for (const match of matches) {
      if (next.length >= maxMatches || budget.folders <= 0 || session.isEnded) break;
      await collect(session, match, component, isFolderWanted, budget, next);
    }
    matches = next;
  }
  return matches;
}

function below(shown: string, name: string): string {
  return shown === '' || shown.endsWith('/') ? `${shown}${name}` : `${shown}/${name}`;
}

async function collect(
  session: Session,
  { path, shown }: Match,
  component: GlobComponent,
  isFolderWanted: boolean,
  budget: { folders: number },
  found: Match[],
): Promise<void> {
  try {
    if (component.kind === 'name') {
      const named: Match = { path: virtualPath(component.name, path), shown: below(shown, component.name) };
      const stat = await session.files.stat(named.path);
      if (!isFolderWanted || stat.kind === 'directory') found.push(named);
      return;
    }
    budget.folders--;
    for await (const batch of visibleEntries(session, path, false)) {
      for (const entry of batch) {
        if (!component.glob.matches(entry.name)) continue;
        const mayBeFolder = entry.kind === 'directory' || entry.kind === 'symlink';
        if (isFolderWanted && !mayBeFolder) continue;
        found.push({ path: joinPath(path, entry.name), shown: below(shown, entry.name) });
        if (found.length >= maxMatches) return;
      }
    }
  } catch (error) {
    // What can't be looked into matches nothing.
    if (!isStorageError(error)) throw error;
  }
}

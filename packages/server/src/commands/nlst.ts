import { formatNameLine, isShown, texts, type ListFlags } from '@ftpd/protocol';
import { encodeName } from '@ftpd/storage';
import type { Handler } from '../handler.ts';
import { visibleEntries } from '../listing/entries.ts';
import { expandPattern, isPattern } from '../listing/pattern.ts';
import { Refused } from '../refused.ts';
import type { Session } from '../session.ts';
import { textSource } from '../transfer/file-bytes.ts';
import { listFlags } from './list.ts';

/** RFC 959 §4.1.3: names alone, in the order of the file system, each such that the next command can use it. */
export const nlst: Handler<'NLST'> = async (session, { options, path: text }) => {
  const flags = listFlags(session, options);
  const names = await namesOf(session, flags, text);
  const { type } = session.parameters;
  return {
    direction: 'send',
    opening: texts.openingData({ type: type === 'A' ? 'ascii' : 'image', name: 'file list' }),
    type: 'I',
    source: textSource(names),
    finish: () => Promise.resolve(undefined),
  };
};

async function namesOf(
  session: Session,
  flags: ListFlags,
  text: string | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  if (text !== undefined && (await isPattern(session, text))) {
    const matches = await expandPattern(session, text);
    if (matches.length === 0) throw new Refused(450, 'No files found');
    return single(matches.map(({ shown }) => shown));
  }
  const path = text === undefined ? session.workingDirectory : session.pathOf(text);
  const stat = await session.files.stat(path).catch((error: Error) => {
    throw new Refused(450, `${text ?? '.'}: ${error.message}`);
  });
  if (stat.kind !== 'directory' || flags.showsDirectoryItself) return single([text ?? '.']);
  return folderNames(session, flags, text);
}

async function* single(names: readonly string[]): AsyncGenerator<Uint8Array> {
  yield encodeName(names.map((name) => `${formatNameLine(name)}\r\n`).join(''));
}

async function* folderNames(
  session: Session,
  flags: ListFlags,
  text: string | undefined,
): AsyncGenerator<Uint8Array> {
  const folder = text === undefined ? session.workingDirectory : session.pathOf(text);
  const lines = (names: readonly string[]): Uint8Array =>
    encodeName(names.map((name) => `${formatNameLine(name, text, flags)}\r\n`).join(''));
  if (flags.hidden === 'all') yield lines(['.', '..']);
  if (!(await session.files.mayAccess(folder, { read: true }))) return;
  for await (const batch of visibleEntries(session, folder, true)) {
    yield lines(batch.map(({ name }) => name).filter((name) => isShown(name, flags.hidden)));
  }
}

import { reply, texts, type AnyCommandRow, type Reply } from '@ftpd/protocol';
import {
  isStorageError,
  joinPath,
  nameOf,
  parentOf,
  type FileStat,
  type OpenFile,
  type VirtualPath,
  type WriteOptions,
} from '@ftpd/storage';
import { transferDisplay } from './display-file.ts';
import { authorizeOpened } from './gate.ts';
import type { HandlerResult } from './handler.ts';
import { newOwners } from './new-owners.ts';
import { openRegular } from './open-regular.ts';
import { Refused } from './refused.ts';
import type { Session } from './session.ts';
import type { PathSettings } from './settings.ts';
import { fileSink } from './transfer/file-bytes.ts';
import type { TransferOutcome } from './transfer/plan.ts';
import type { Start } from './transfer/start.ts';

/** Where an upload is written until it is whole, and what becomes of it when it never is. */
interface Upload {
  readonly file: OpenFile;
  /** What the client named; with HiddenStores what a symlink of that name leads to, or the rename would replace the link. */
  readonly path: VirtualPath;
  /** Where the bytes go: `path`, or the hidden name beside it. */
  readonly writtenPath: VirtualPath;
  readonly existedBefore: boolean;
  /** Whether there is anything in it that the upload replaces. */
  readonly isEmpty: boolean;
}

export interface StoreOptions {
  readonly session: Session;
  readonly row: AnyCommandRow;
  /** The name as sent, for replies. */
  readonly text: string;
  readonly verb: 'STOR' | 'APPE';
  readonly start: Start;
}

async function statIfThere(session: Session, path: VirtualPath): Promise<FileStat | undefined> {
  try {
    const stat = await session.files.stat(path, { followsSymlinks: false });
    if (stat.kind !== 'symlink') return stat;
    // What a link leads to must exist: an upload does not make files in places that its name does not tell.
    return await session.files.stat(path).catch(() => stat);
  } catch (error) {
    if (isStorageError(error, 'STORAGE_NOT_FOUND')) return undefined;
    throw error;
  }
}

function refuseByRules(
  { text, verb, start }: StoreOptions,
  settings: PathSettings,
  found: FileStat | undefined,
): void {
  if (!settings.isPathAllowed(text)) throw new Refused(550, `${text}: Forbidden filename`);
  if (found && found.kind !== 'file') throw new Refused(550, `${text}: Not a regular file`);
  const isContinued = verb === 'APPE' || start.fromBytes > 0;
  if (found && isContinued && !settings.allowsStoreRestart)
    throw new Refused(451, `${text}: Append/Restart not permitted, try again`);
  if (found && !isContinued && !settings.allowsOverwrite)
    throw new Refused(550, `${text}: Overwrite permission denied`);
  if (start.fromBytes > (found?.sizeBytes ?? 0))
    throw new Refused(554, `${start.verb}: invalid ${text} argument`);
  if (start.fromBytes > 0 && verb === 'STOR' && settings.hiddenStores)
    throw new Refused(501, 'REST not compatible with HiddenStores');
}

async function whatIsMade(
  session: Session,
  settings: PathSettings,
): Promise<Pick<WriteOptions, 'mode' | 'owner' | 'group'>> {
  return { mode: 0o666 & ~settings.fileUmask, ...(await newOwners(session, settings)) };
}

async function open(
  { session, text }: StoreOptions,
  settings: PathSettings,
  path: VirtualPath,
  existedBefore: boolean,
  isContinued: boolean,
): Promise<Upload> {
  const hidden = isContinued ? undefined : settings.hiddenStores;
  const made = await whatIsMade(session, settings);
  if (!hidden) {
    // Not truncated before the data connection stands: a client that fails to connect loses nothing.
    const { file, stat } = await openRegular(session, path, text, () =>
      session.files.openWrite(path, { disposition: 'resume', ...made }),
    );
    return { file, path, writtenPath: path, existedBefore, isEmpty: stat.sizeBytes === 0 };
  }
  const target = await session.files.resolve(path, { mayBeMissing: true });
  const writtenPath = joinPath(parentOf(target), `${hidden.prefix}${nameOf(target)}${hidden.suffix}`);
  try {
    return {
      file: await session.files.openWrite(writtenPath, { disposition: 'exclusive', ...made }),
      path: target,
      writtenPath,
      existedBefore: false,
      isEmpty: true,
    };
  } catch (error) {
    if (!isStorageError(error, 'STORAGE_EXISTS')) throw error;
    throw new Refused(550, `${text}: Temporary hidden file ${writtenPath} already exists`);
  }
}

/**
 * Most uploads are of files that are not there: those need no look before, which would be a second way to the disk.
 * @returns undefined when something is there already, or it can't be made: whoever looks closer words the reply.
 */
async function openNew(
  { session, text }: StoreOptions,
  settings: PathSettings,
  path: VirtualPath,
): Promise<Upload | undefined> {
  if (settings.hiddenStores || !settings.isPathAllowed(text)) return undefined;
  try {
    const made = await whatIsMade(session, settings);
    const file = await session.files.openWrite(path, { disposition: 'exclusive', ...made });
    return { file, path, writtenPath: path, existedBefore: false, isEmpty: true };
  } catch (error) {
    if (isStorageError(error)) return undefined;
    throw error;
  }
}

async function removeAborted(session: Session, path: VirtualPath): Promise<void> {
  await session.files.remove(path).catch((error: unknown) => {
    session.context.log(
      'notice',
      `the aborted upload ${path} could not be removed: ${String(error)}`,
      session,
    );
  });
}

/** The whole file takes its name. @returns the reply when it cannot. */
async function reveal(session: Session, from: VirtualPath, to: VirtualPath): Promise<Reply | undefined> {
  try {
    await session.files.rename(from, to);
    return undefined;
  } catch (error) {
    if (!isStorageError(error)) throw error;
    await removeAborted(session, from);
    return reply(550, `${to}: Rename of hidden file ${from} failed: ${error.message}`);
  }
}

async function finish(
  session: Session,
  { file, path, writtenPath, existedBefore }: Upload,
  settings: PathSettings,
  outcome: TransferOutcome,
): Promise<Reply | undefined> {
  await file.close();
  const isHidden = writtenPath !== path;
  if (outcome.isComplete) {
    const failure = isHidden ? await reveal(session, writtenPath, path) : undefined;
    if (failure) return failure;
    const shown = await transferDisplay(session, path);
    return shown.length === 0 ? undefined : reply(226, ...shown, 'Transfer complete');
  }
  const wasNeverBegun = outcome.failure === 'unconnected' || outcome.bytes === 0;
  if (settings.deletesAbortedStores || isHidden || (wasNeverBegun && !existedBefore)) {
    await removeAborted(session, writtenPath);
  }
  return undefined;
}

/** What STOR and APPE have in common (RFC 959 §4.1.3, RFC 3659 §5). */
export async function store(options: StoreOptions): Promise<HandlerResult> {
  const { session, row, text, verb, start } = options;
  const path = session.pathOf(text);
  const settings = session.settingsAt(parentOf(path));
  const isContinued = verb === 'APPE' || start.fromBytes > 0;
  const made = isContinued ? undefined : await openNew(options, settings, path);
  const found = made === undefined ? await statIfThere(session, path) : undefined;
  if (made === undefined) refuseByRules(options, settings, found);
  const upload = made ?? (await open(options, settings, path, found !== undefined, isContinued));
  const refusal =
    upload.writtenPath === path ? await authorizeOpened(session, row, path, upload.file) : undefined;
  if (refusal) {
    await upload.file.close();
    return refusal;
  }
  const fromBytes = verb === 'APPE' && start.fromBytes === 0 ? (found?.sizeBytes ?? 0) : start.fromBytes;
  const { type } = session.parameters;
  return {
    direction: 'receive',
    opening: texts.openingData({ type: type === 'A' ? 'ascii' : 'image', name: text }),
    path,
    type,
    ...(settings.rates[verb] ? { rate: settings.rates[verb] } : {}),
    ...(start.maxBytes === Infinity ? {} : { maxBytes: start.maxBytes }),
    ...(isContinued || upload.isEmpty ? {} : { begin: () => upload.file.truncate(0) }),
    sink: fileSink(upload.file, fromBytes),
    finish: (outcome) => finish(session, upload, settings, outcome),
  };
}

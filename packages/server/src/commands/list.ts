import { parseListOptions, reply, texts, type ListFlags } from '@ftpd/protocol';
import { isStorageError, type StorageError } from '@ftpd/storage';
import type { Handler } from '../handler.ts';
import { encodeLines, listLines } from '../listing/list-text.ts';
import type { Session } from '../session.ts';
import { textSource } from '../transfer/file-bytes.ts';

/** The client's options behind those of the configuration. @see ProFTPD ListOptions */
export function listFlags(session: Session, options: string): ListFlags {
  const { text, isStrict } = session.settings.listOptions;
  return parseListOptions(isStrict ? text : `${text} ${options}`);
}

/** RFC 959 §4.1.3. A name that is not there gives an empty listing and 450, as in ProFTPD. */
export const list: Handler<'LIST'> = (session, { options, path }) => {
  const flags = listFlags(session, options);
  let failure: StorageError | undefined;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const lines of listLines(session, { flags, text: path, isGlobbing: true }))
        yield* encodeLines(lines);
    } catch (error) {
      if (!isStorageError(error)) throw error;
      failure = error;
    }
  }
  const { type } = session.parameters;
  return {
    direction: 'send',
    opening: texts.openingData({ type: type === 'A' ? 'ascii' : 'image', name: 'file list' }),
    // Lines end in CRLF already.
    type: 'I',
    source: textSource(pieces()),
    finish: (outcome) =>
      Promise.resolve(
        failure && outcome.isComplete ? reply(450, `${path ?? '.'}: ${failure.message}`) : undefined,
      ),
  };
};
